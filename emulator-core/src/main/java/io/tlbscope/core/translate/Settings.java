package io.tlbscope.core.translate;

/**
 * How a machine's regions are made.
 *
 * @param polls regions ask for pending events at loop heads: they may come while one runs
 * @param codeCache bytes of class files that the machine's regions may take
 * @param counts regions count their memory accesses, which costs them a little
 * @param refills no plugin wants to know of the TLB: regions may fill it
 */
public record Settings(boolean polls, long codeCache, boolean counts, boolean refills) {}
