package io.tlbscope.core.vcpu;

/** What a vCPU is doing between instructions (Intel SDM vol. 3A, 8.4 and vol. 3C, 24.4.2). */
public enum Activity {
  RUNNING,
  /** HLT: an interrupt, NMI, INIT wakes it. */
  HALTED,
  /** MWAIT: as HALTED, and a store to the monitored line wakes it. */
  MWAIT,
  WAIT_FOR_SIPI,
  /** Triple fault: the machine stops. */
  SHUTDOWN
}
