/**
 * Benchmarks: runs the same guests on tlbscope, on other emulators and natively, side by side, and
 * compares. Every machine is a process whose console lines are timed here. Knows no command line
 * and nothing of the emulator's inside.
 */
package io.tlbscope.tools.bench;
