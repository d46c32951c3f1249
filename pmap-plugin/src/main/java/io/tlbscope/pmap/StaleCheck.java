package io.tlbscope.pmap;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.PluginOption;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.pmap.stale.Declarations;
import io.tlbscope.pmap.stale.Findings;
import io.tlbscope.pmap.stale.Sanitizer;
import java.util.List;
import java.util.Map;

/** The sanitizer's place in the plugin: what it is told of the guest, and where its findings go. */
final class StaleCheck implements Findings, Follower {
  private static final String REUSED = "frame-reused", FLUSHED = "flush-done";

  private final Journal journal;
  private Sanitizer sanitizer;
  private Tracker tracker;
  private LinuxFollower linux;

  StaleCheck(Journal journal) {
    this.journal = journal;
  }

  static List<PluginOption> options() {
    return List.of(
        new PluginOption(
            "reuse",
            "auto",
            "check=stale: on, or off: a frame's new use is not looked for; auto: off for os=linux"),
        new PluginOption(
            REUSED,
            "tlbscope_frame_reused",
            "check=stale: variable to which the guest stores the frames that it gives a new use"),
        new PluginOption(
            FLUSHED,
            "tlbscope_flush_done",
            "check=stale: variable to which the guest stores what it believes to be flushed"));
  }

  /** Makes the sanitizer; events may come from then on. */
  Sanitizer sanitizer(PluginContext context, boolean noticesReuse) throws PluginException {
    GuestItems items = new GuestItems(context);
    sanitizer =
        new Sanitizer(
            context.machine(),
            new Declarations(items.physicalOrNone(REUSED), items.physicalOrNone(FLUSHED)),
            noticesReuse,
            this);
    return sanitizer;
  }

  @Override
  public void stored(Vcpu cpu, long va, long pa, int size, long before, long after) {
    sanitizer.stored(cpu, va, pa, size, before, after);
  }

  @Override
  public void filled(Vcpu cpu, TlbEntry entry) {
    sanitizer.filled(cpu, entry);
  }

  @Override
  public void evicted(Vcpu cpu, TlbEntry entry) {
    sanitizer.evicted(entry);
  }

  @Override
  public void dropped(Vcpu cpu, TlbEntry entry, Invalidation why) {
    sanitizer.dropped(cpu, entry, why);
  }

  @Override
  public void invalidated(Vcpu cpu, Invalidation why, long va, int dropped) {
    sanitizer.invalidated(cpu, why, va);
  }

  @Override
  public void used(Vcpu cpu, TlbEntry entry, long va, Access access) {
    sanitizer.used(cpu, entry, va, access);
  }

  /** Whose shootdowns may be under way. */
  void follow(Tracker shootdowns) {
    tracker = shootdowns;
  }

  void follow(LinuxFollower shootdowns) {
    linux = shootdowns;
  }

  @Override
  public void violation(Rule rule, Vcpu cpu, String message, Map<String, Object> details) {
    ViolationKind kind =
        switch (rule) {
          case REUSED_FRAME -> ViolationKind.STALE_REUSED_FRAME;
          case DECLARED_FLUSHED -> ViolationKind.STALE_AFTER_FLUSH;
        };
    journal.violation(kind, cpu, message, details);
  }

  @Override
  public void event(TraceKind kind, Vcpu cpu, long id, long a, long b, long c, long d) {
    journal.event(kind, cpu, id, a, b, c, d);
  }

  @Override
  public String symbol(long rip) {
    return journal.symbol(rip);
  }

  @Override
  public String underWay(Vcpu holder, TlbEntry entry, long since) {
    if (linux != null) {
      LinuxCall call = linux.underWay(holder.index(), since);
      return call == null ? null : call.describe() + " has not been through with the CPU";
    }
    if (tracker == null) {
      return null;
    }
    for (Shootdown shootdown : tracker.ledger.all()) {
      if (shootdown != null
          && !shootdown.done
          && shootdown.targets.get(holder.index())
          && shootdown.covers(entry.va(), entry.pageShift())) {
        return shootdown.describe()
            + (shootdown.acknowledged.get(holder.index())
                ? " is acknowledged by the CPU and not carried out"
                : " has not reached the CPU");
      }
    }
    return null;
  }
}
