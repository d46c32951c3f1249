package io.tlbscope.pmap;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.pmap.stale.Sanitizer;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Stale uses after a shootdown of Linux: a target has left its handler, in the address space that
 * the shootdown is for, and goes on to use in user mode what others were seen to invalidate on its
 * behalf. That alone is judged. Linux may well leave stale entries where they cannot be used, or
 * not yet seen to: with CPUs that run no thread of the address space until they come back to it, in
 * batches until the last page table is changed, and where a fault on them is harmless.
 */
final class LinuxJudge implements Follower {
  private final LinuxFollower follower;
  private final Journal journal;
  private final Sanitizer sanitizer;
  private final Map<TlbEntry, LinuxCall> leftovers = new IdentityHashMap<>();

  LinuxJudge(LinuxFollower follower, Journal journal, Sanitizer sanitizer) {
    this.follower = follower;
    this.journal = journal;
    this.sanitizer = sanitizer;
    follower.onLeftover(leftovers::put);
  }

  @Override
  public void evicted(Vcpu cpu, TlbEntry entry) {
    leftovers.remove(entry);
  }

  @Override
  public void dropped(Vcpu cpu, TlbEntry entry, Invalidation why) {
    leftovers.remove(entry);
  }

  @Override
  public void used(Vcpu cpu, TlbEntry entry, long va, Access access) {
    LinuxCall call = leftovers.get(entry);
    if (call == null
        || cpu.cpl() != 3
        || follower.isCalled(cpu.index())
        || !call.covers(entry, cpu.index())
        || !sanitizer.isStale(cpu, entry, va, access)) {
      return;
    }
    leftovers.remove(entry);
    String writer = sanitizer.explain(cpu, entry);
    Map<String, Object> details = new LinkedHashMap<>(sanitizer.reported(cpu, entry, va, access));
    details.put("shootdown", call.id);
    journal.violation(
        ViolationKind.STALE_USE,
        cpu,
        String.format(
            Locale.ROOT,
            "CPU %d %s 0x%x through a stale entry (0x%x -> 0x%x, PCID 0x%x, filled as number %d) after it has left its"
                + " handler of %s%s",
            cpu.index(),
            Sanitizer.verb(access),
            va,
            entry.va(),
            entry.pa(),
            entry.pcid(),
            entry.serial(),
            call.describe(),
            writer),
        details);
  }
}
