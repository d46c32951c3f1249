package io.tlbscope.pmap;

import java.util.Locale;

/**
 * FreeBSD's {@code enum invl_op_codes}: what a shootdown asks its targets to do. Codes start at 1,
 * in this order.
 */
enum InvlOp {
  TLB(Range.ALL),
  TLB_INVPCID(Range.ALL),
  TLB_INVPCID_PTI(Range.ALL),
  TLB_PCID(Range.ALL),
  PGRNG(Range.RANGE),
  PGRNG_INVPCID(Range.RANGE),
  PGRNG_PCID(Range.RANGE),
  PG(Range.PAGE),
  PG_INVPCID(Range.PAGE),
  PG_PCID(Range.PAGE),
  /** Writes the caches back; no translation is touched. */
  CACHE(Range.NOTHING);

  private enum Range {
    ALL,
    RANGE,
    PAGE,
    NOTHING
  }

  private static final InvlOp[] CODES = values();

  private final Range range;

  InvlOp(Range range) {
    this.range = range;
  }

  /** The operation with this code, or null. */
  static InvlOp of(long code) {
    return code >= 1 && code <= CODES.length ? CODES[(int) code - 1] : null;
  }

  int code() {
    return ordinal() + 1;
  }

  /** Whether a translation of [va, va + size) is among those that must go. */
  boolean covers(long addr1, long addr2, long va, long size) {
    return switch (range) {
      case ALL -> true;
      case RANGE ->
          Long.compareUnsigned(va, addr2) < 0 && Long.compareUnsigned(va + size - 1, addr1) >= 0;
      case PAGE ->
          Long.compareUnsigned(va, addr1) <= 0 && Long.compareUnsigned(addr1, va + size - 1) <= 0;
      case NOTHING -> false;
    };
  }

  /** Name as FreeBSD writes it, for messages. */
  String text() {
    return "INVL_OP_" + name().toUpperCase(Locale.ROOT);
  }
}
