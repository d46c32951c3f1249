package io.tlbscope.tools.enginecheck;

import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.trace.TraceEvent;
import java.util.List;

/**
 * What one engine made of a program.
 *
 * @param ram all of the guest's RAM at the end
 * @param events the trace
 */
record EngineRun(String engine, RunResult result, byte[] ram, List<TraceEvent> events) {}
