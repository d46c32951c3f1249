package io.tlbscope.core.hook;

/**
 * What the page tables say of one address now.
 *
 * @param pa physical address of the page's first byte
 * @param pageShift log2 of the page's bytes: 12, 21 or 30 (22 for 4 MiB pages of 32-bit paging)
 */
public record Mapping(long pa, int pageShift, boolean writable, boolean user, boolean executable) {}
