/**
 * A server of gdb's remote serial protocol: what a debugger asks of a machine that stands still. It
 * holds the machine before an instruction, on the thread that runs it, so that nothing else of the
 * run changes.
 */
package io.tlbscope.core.gdb;
