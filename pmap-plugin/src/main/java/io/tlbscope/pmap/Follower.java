package io.tlbscope.pmap;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.hook.Vcpu;
import java.util.BitSet;

/**
 * Who follows what happens in a machine, each for a purpose of its own: takes the hooks' events of
 * which it makes something, the machine's lock held. See the hooks' page for what each is.
 */
interface Follower {
  /** A load from a watched page. */
  default void loaded(Vcpu cpu, long pa, int size, long value) {}

  /** A store to a watched page. */
  default void stored(Vcpu cpu, long va, long pa, int size, long before, long after) {}

  default void filled(Vcpu cpu, TlbEntry entry) {}

  /** The entry has left the TLB for want of room. */
  default void evicted(Vcpu cpu, TlbEntry entry) {}

  default void dropped(Vcpu cpu, TlbEntry entry, Invalidation why) {}

  /** An invalidation is over, its drops told. */
  default void invalidated(Vcpu cpu, Invalidation why, long va, int dropped) {}

  /** An access is about to go through an entry that somebody watches. */
  default void used(Vcpu cpu, TlbEntry entry, long va, Access access) {}

  /** CR3 was written. */
  default void moved(Vcpu cpu, long before, long after) {}

  /** An IPI with a vector was sent. */
  default void ipiSent(Vcpu from, int vector, long icr, BitSet targets) {}

  default void irrSet(Vcpu target, int vector, boolean merged, Vcpu from) {}

  default void taken(Vcpu cpu, int vector, TrapKind kind, long returnRip) {}

  default void returned(Vcpu cpu) {}

  default void halted(Vcpu cpu) {}

  default void reset(Vcpu cpu) {}
}
