package io.tlbscope.core.vcpu;

/**
 * One link of the chain of exceptions that led to a shutdown.
 *
 * @param vector 0..31
 * @param errorCode 0 where the vector has none
 * @param rip offset of the instruction that faulted
 * @param cr2 CR2 at that moment
 */
public record FaultRecord(int vector, int errorCode, long rip, long cr2) {}
