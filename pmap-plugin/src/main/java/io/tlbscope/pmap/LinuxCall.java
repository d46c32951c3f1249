package io.tlbscope.pmap;

import io.tlbscope.core.hook.TlbEntry;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * One shootdown of Linux: a call of other CPUs that is asked for while translations are cached
 * which the caller's stores made stale. What it is to remove shows in what is invalidated for it.
 */
final class LinuxCall {
  final long id;
  final int initiator;
  final long begun;

  /** The CPUs that the IPI goes to, the sender left out. */
  final BitSet targets;

  /** Those whose local APIC has the IPI. */
  final BitSet accepted = new BitSet();

  /** Those that are in the handler, or were. */
  final BitSet taken = new BitSet();

  /** Those that have left it. */
  final BitSet left = new BitSet();

  /** Those that invalidated anything for it. */
  final BitSet worked = new BitSet();

  /** Those where it dropped an entry. */
  final BitSet useful = new BitSet();

  int dropped;

  /** First and last page of the stale translations, as it began. */
  final long first;

  final long last;

  private final AddressSpaces spaces;
  private final Set<Long> pages = new HashSet<>();

  /** Top tables under which something was invalidated for it, and those where everything was. */
  private final Set<Long> roots = new HashSet<>();

  private final Set<Long> wholes = new HashSet<>();

  LinuxCall(
      long id,
      int initiator,
      long begun,
      BitSet targets,
      long first,
      long last,
      AddressSpaces spaces) {
    this.id = id;
    this.initiator = initiator;
    this.begun = begun;
    this.targets = (BitSet) targets.clone();
    this.targets.clear(initiator);
    this.first = first;
    this.last = last;
    this.spaces = spaces;
  }

  boolean isDone() {
    return left.cardinality() == targets.cardinality();
  }

  /** Somebody invalidated for it in the address space of {@code root}; -1: all of that. */
  void invalidated(long root, long va) {
    if (va == -1) {
      wholes.add(root);
    } else {
      roots.add(root);
      pages.add(va >> 12);
    }
  }

  /** Whether anybody was seen to invalidate for it: other calls of functions do not. */
  boolean isSeenFlushing() {
    return !pages.isEmpty() || !wholes.isEmpty();
  }

  /**
   * Whether this target should have dropped the entry: others dropped its page, or everything where
   * the target did nothing at all. (Where both did something, theirs may have been more than was
   * asked for.)
   */
  boolean covers(TlbEntry entry, int target) {
    long page = entry.va() >> entry.pageShift();
    boolean named =
        pages.stream().anyMatch(each -> each >> entry.pageShift() - 12 == page)
            && roots.stream().anyMatch(root -> spaces.same(root, entry.root()));
    return named
        || !worked.get(target) && wholes.stream().anyMatch(root -> spaces.same(root, entry.root()));
  }

  String describe() {
    return "shootdown " + id + " (call-function IPI by CPU " + initiator + " at " + begun + ")";
  }

  /** One line, for a debugger. */
  String view() {
    return "CPU %d  shootdown %d, %x to %x: targets %s, left by %s, invalidated by %s"
        .formatted(initiator, id, first, last, targets, left, worked);
  }
}
