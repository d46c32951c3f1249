package io.tlbscope.core.plugin;

/**
 * One disassembled instruction of the guest.
 *
 * @param rip its address
 * @param symbol {@code name+0x12}; empty if unknown
 * @param bytes hexadecimal digits
 * @param text in Intel syntax
 */
public record CodeLine(long rip, String symbol, String bytes, String text) {}
