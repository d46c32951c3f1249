/**
 * A guest under many schedules: strategies over seeds, findings, minimising, replay files. It runs
 * machines through {@code tools.machine}, and prints nothing.
 */
package io.tlbscope.tools.explore;
