package io.tlbscope.pmap;

import java.util.Locale;

/**
 * The rules of the shootdown protocol, each named by what breaks it; the name in the summary is
 * kebab-case.
 */
enum ViolationKind {
  /** An initiator zeroes a slot that is 0: its earlier request was not answered yet. */
  SLOT_ALREADY_ZERO,
  /** A target acknowledges a request whose record it never read. */
  ACK_WITHOUT_READ,
  /** A target acknowledges with another generation than the record's. */
  WRONG_GENERATION,
  /** A request carries generation 0, which means "waiting". */
  GENERATION_ZERO,
  /** The record changes while a target has been told to read it. */
  TORN_REQUEST,
  /** An initiator waits with RFLAGS.IF clear: two of them block each other for ever. */
  INITIATOR_INTERRUPTS_DISABLED,
  /** IPI_INVLOP goes to a CPU that has no request from the sender, or twice to one. */
  MISDIRECTED_IPI,
  /**
   * A target left its handler, no IPI pending, with a request unanswered; or nobody answered until
   * the end.
   */
  REQUEST_NEVER_SERVED,
  /** A translation is used after the shootdown that covers it has completed. */
  STALE_USE,
  /** The same, from an NMI handler that interrupted the target before it invalidated. */
  STALE_USE_IN_NMI,
  /**
   * The same, on a CPU where the address space was inactive: its saved PCID generation survived the
   * shootdown.
   */
  STALE_PCID,
  /** A translation is used after its frame was given a new use. */
  STALE_REUSED_FRAME,
  /** A translation is used after the guest declared that no CPU has it any more. */
  STALE_AFTER_FLUSH;

  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
