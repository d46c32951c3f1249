/**
 * The machine as the tools see it: what to build, run and stop. Everything else in the tools
 * depends on this, not on core.run's machine, so that it is tested without one. Results are
 * core.run's records.
 */
package io.tlbscope.tools.machine;
