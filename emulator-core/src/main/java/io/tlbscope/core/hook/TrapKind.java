package io.tlbscope.core.hook;

/** What was delivered through the IDT. */
public enum TrapKind {
  EXTERNAL,
  NMI,
  EXCEPTION,
  /** INT n, INT3, INTO. */
  SOFTWARE
}
