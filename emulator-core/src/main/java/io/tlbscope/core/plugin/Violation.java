package io.tlbscope.core.plugin;

/**
 * A broken rule of the guest: kind in kebab-case, vCPU index, RIP of the culprit, its symbol, one
 * sentence.
 */
public record Violation(String kind, int cpu, long rip, String symbol, long time, String message) {}
