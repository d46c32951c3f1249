package io.tlbscope.core.hook;

/**
 * The answer of a seam through which a plugin may take over an MSR, a physical page or a control
 * register.
 */
public enum Claim {
  /** No plugin claims it: the core goes on as if there were no hook. */
  NONE,
  /** A plugin served the access. */
  DONE,
  /** A plugin claims it and refuses the access: the core raises #GP(0). */
  FAULT
}
