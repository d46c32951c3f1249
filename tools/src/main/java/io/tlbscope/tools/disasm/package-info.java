/**
 * Disassembly of a guest's file: just enough of ELF to find sections of code and symbols. Depends
 * on core.isa alone. Reads hostile files: every offset is checked (System V gABI, chapters 4 and
 * 5).
 */
package io.tlbscope.tools.disasm;
