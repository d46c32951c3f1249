package io.tlbscope.pmap;

import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * One shootdown from the first zeroed slot, or the zeroed counter, until its initiator has seen
 * every acknowledgement.
 */
final class Shootdown {
  final long id;
  final int initiator;

  /**
   * By the one global record; its targets are known when the IPI is sent, and it has no generation.
   */
  final boolean serial;

  final long begun;

  /** Read from the record when the shootdown began. */
  InvlOp op;

  long addr1;
  long addr2;

  /** Guest address of the pmap, and its page-table roots; -1 where it has none. */
  long pmap;

  long root = -1;
  long userRoot = -1;
  int generation;

  final BitSet targets = new BitSet();

  /** Targets whose answer the initiator has seen. */
  final BitSet seen = new BitSet();

  /** Targets that loaded the record since the shootdown began. */
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

  /**
   * Covered entries that disagreed with the page tables when it began, by identity: what it is
   * there to remove.
   */
  final Set<TlbEntry> stale = Collections.newSetFromMap(new IdentityHashMap<>());

  boolean torn;
  boolean interruptsReported;
  boolean done;
  int dropped;

  Shootdown(long id, int initiator, boolean serial, long begun, long[] serials) {
    this.id = id;
    this.initiator = initiator;
    this.serial = serial;
    this.begun = begun;
    this.serials = serials;
  }

  /** One line, for a debugger. */
  String view() {
    return "CPU %d  shootdown %d, %s %s, %x to %x: %s, targets %s, acknowledged %s"
        .formatted(
            initiator,
            id,
            serial ? "serial" : "generation " + generation,
            op == null ? "of no known operation" : op,
            addr1,
            addr2,
            done ? "done" : "under way",
            targets,
            acknowledged);
  }

  boolean covers(long va, int pageShift) {
    return op != null && op.covers(addr1, addr2, va, 1L << pageShift);
  }

  /** Code of the operation, 0 if the record names none. */
  int code() {
    return op == null ? 0 : op.code();
  }

  /** Whether this target has yet to answer. */
  boolean waitsFor(int target) {
    return targets.get(target) && !acknowledged.get(target);
  }

  /** Targets that have yet to answer; a copy. */
  BitSet waiting() {
    BitSet waiting = (BitSet) targets.clone();
    waiting.andNot(acknowledged);
    return waiting;
  }

  boolean isAnswered() {
    return acknowledged.cardinality() == targets.cardinality();
  }

  String describe() {
    return "shootdown "
        + id
        + " ("
        + (op == null ? "operation ?" : op.text())
        + " by CPU "
        + initiator
        + (serial ? ", serial)" : ", generation " + Integer.toUnsignedString(generation) + ")");
  }

  void save(StateWriter to, CachedEntries entries) {
    to.putLong(id);
    to.putInt(initiator);
    to.putBoolean(serial);
    to.putLong(begun);
    to.putLongs(serials);
    to.putInt(code());
    to.putLong(addr1);
    to.putLong(addr2);
    to.putLong(pmap);
    to.putLong(root);
    to.putLong(userRoot);
    to.putInt(generation);
    for (BitSet set : sets()) {
      to.putLongs(set.toLongArray());
    }
    to.putBoolean(torn);
    to.putBoolean(interruptsReported);
    to.putBoolean(done);
    to.putInt(dropped);
    entries.save(to, stale, entry -> {});
  }

  static Shootdown load(StateReader from, CachedEntries entries) {
    Shootdown loaded =
        new Shootdown(
            from.getLong(), from.getInt(), from.getBoolean(), from.getLong(), from.getLongs());
    loaded.op = InvlOp.of(from.getInt());
    loaded.addr1 = from.getLong();
    loaded.addr2 = from.getLong();
    loaded.pmap = from.getLong();
    loaded.root = from.getLong();
    loaded.userRoot = from.getLong();
    loaded.generation = from.getInt();
    for (BitSet set : loaded.sets()) {
      set.or(BitSet.valueOf(from.getLongs()));
    }
    loaded.torn = from.getBoolean();
    loaded.interruptsReported = from.getBoolean();
    loaded.done = from.getBoolean();
    loaded.dropped = from.getInt();
    entries.load(from, loaded.stale::add);
    return loaded;
  }

  private List<BitSet> sets() {
    return List.of(targets, seen, read, acknowledged, sent, accepted, unserved, useful);
  }
}
