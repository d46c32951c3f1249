package io.tlbscope.tools.report;

import java.util.List;

/**
 * Names of the shootdown operations by code, as FreeBSD's {@code enum invl_op_codes} has them
 * without its prefix.
 */
public final class Operations {
  private static final List<String> NAMES =
      List.of(
          "?",
          "TLB",
          "TLB_INVPCID",
          "TLB_INVPCID_PTI",
          "TLB_PCID",
          "PGRNG",
          "PGRNG_INVPCID",
          "PGRNG_PCID",
          "PG",
          "PG_INVPCID",
          "PG_PCID",
          "CACHE");

  private Operations() {}

  /** All names; the index is the code, 0 for an unknown one. */
  public static List<String> names() {
    return NAMES;
  }

  /** The operation's name, {@code ?} for a code that is none. */
  public static String name(long code) {
    return code > 0 && code < NAMES.size() ? NAMES.get((int) code) : NAMES.getFirst();
  }
}
