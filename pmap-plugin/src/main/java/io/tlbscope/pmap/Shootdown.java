package io.tlbscope.pmap;

import java.util.BitSet;

/** One shootdown from the first zeroed slot until its initiator has seen every acknowledgement. */
final class Shootdown {
  final long id;
  final int initiator;
  final long begun;

  /** Read from the record when the first slot was zeroed. */
  InvlOp op;

  long addr1;
  long addr2;
  /** Guest address of the pmap, and its page-table roots; -1 where it has none. */
  long pmap;

  long root = -1;
  long userRoot = -1;
  int generation;

  final BitSet targets = new BitSet();
  /** Targets whose slot the initiator has seen equal to the generation. */
  final BitSet seen = new BitSet();
  /** Targets that loaded the generation since their slot was zeroed. */
  final BitSet read = new BitSet();

  final BitSet acknowledged = new BitSet();
  final BitSet sent = new BitSet();
  final BitSet accepted = new BitSet();
  /** Targets reported as not serving it. */
  final BitSet unserved = new BitSet();
  /** Targets where it dropped at least one entry. */
  final BitSet useful = new BitSet();
  /** Each CPU's last TLB serial when the shootdown began: only older entries are its business. */
  final long[] serials;

  boolean torn;
  boolean interruptsReported;
  boolean done;
  int dropped;

  Shootdown(long id, int initiator, long begun, long[] serials) {
    this.id = id;
    this.initiator = initiator;
    this.begun = begun;
    this.serials = serials;
  }

  boolean covers(long va, int pageShift) {
    return op != null && op.covers(addr1, addr2, va, 1L << pageShift);
  }

  String describe() {
    return "shootdown " + id + " (" + (op == null ? "operation ?" : op.text()) + " by CPU " + initiator + ", generation "
        + Integer.toUnsignedString(generation) + ")";
  }
}
