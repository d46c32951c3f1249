/**
 * Records of what happened in a run and the sinks that take them. Depends on nothing in the core;
 * files and pictures are made from these records by the tools. The meaning of every field stands at
 * {@link io.tlbscope.core.trace.TraceKind}.
 */
package io.tlbscope.core.trace;
