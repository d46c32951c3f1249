/**
 * The trace file: writer, reader and export as JSON lines. Depends on core.trace and core.plugin's
 * violations; knows neither machine nor command line. The format is described in
 * docs/trace-format.md.
 */
package io.tlbscope.tools.tracefile;
