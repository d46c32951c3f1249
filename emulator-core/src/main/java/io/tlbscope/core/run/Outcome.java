package io.tlbscope.core.run;

/** How a run ended. */
public enum Outcome {
  /** The guest wrote the debug-exit port; the status is {@link RunResult#guestExit}. */
  EXITED,
  /** The guest switched the machine off or reset it. */
  POWERED_OFF,
  /** Triple fault. */
  GUEST_DIED,
  /** No vCPU can ever run again: all sleep and nothing is due that could wake one. */
  DEADLOCK,
  INSTRUCTION_LIMIT,
  /** The guest broke a rule, and the run was to end there. */
  VIOLATION,
  /** Not ended: the machine stands where a pause was asked for, and may be run again. */
  PAUSED,
  /** Stopped from outside: a signal, a time-out, a plugin's request. */
  STOPPED,
  /** Something the emulator cannot do; {@link RunResult#report} has its name. */
  EMULATOR_ERROR,
  /** A plugin threw; {@link RunResult#report} names it. */
  PLUGIN_ERROR
}
