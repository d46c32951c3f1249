package io.tlbscope.core.ir;

/** What an x87 or MMX instruction asks before it does anything (Intel SDM vol. 3A, table 2-2). */
public enum X87Check {
  /** #NM with CR0.EM or CR0.TS; #MF for a pending exception. */
  WAITING,
  /** #NM alone: the instructions that begin with FN. */
  NOT_WAITING,
  /** FWAIT: #NM with CR0.MP and CR0.TS; #MF. */
  WAIT,
  /** #UD with CR0.EM, #NM with CR0.TS, #MF. */
  MMX
}
