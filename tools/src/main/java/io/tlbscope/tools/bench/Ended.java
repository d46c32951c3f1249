package io.tlbscope.tools.bench;

/**
 * How a process ended.
 *
 * @param stopped by us, because the console wanted no more or the time was over
 * @param timedOut whether the time was over
 * @param exit its status; says nothing when stopped
 * @param nanos from start to end
 * @param peakRssKib largest resident memory, in KiB; 0 where the host does not say
 * @param err the text of its standard error
 */
record Ended(
    boolean stopped, boolean timedOut, int exit, long nanos, long peakRssKib, String err) {}
