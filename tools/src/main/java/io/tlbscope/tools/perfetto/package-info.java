/**
 * Perfetto's protobuf trace, made from a trace file. Depends on tracefile; the messages are the few
 * fields of perfetto_trace.proto that stand in the resource trace.proto. Tracks, slices, flows and
 * counters: https://perfetto.dev/docs/reference/synthetic-track-event
 */
package io.tlbscope.tools.perfetto;
