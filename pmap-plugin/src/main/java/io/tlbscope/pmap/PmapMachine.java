package io.tlbscope.pmap;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.pmap.stale.Sanitizer;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The plugin's state for one machine: takes the hooks' events, records them, and passes them to
 * tracker and checks.
 */
public final class PmapMachine {
  private final Journal journal;
  private final Tally tally = new Tally();
  private final boolean traceTlb;

  /** Follows FreeBSD's shootdowns; null where the guest has none. */
  private final Tracker tracker;

  /** Serves them itself; null unless asked for. */
  private final HostHandler host;

  /** All who are told, in the order in which they are. */
  private final Follower[] followers;

  private final MachineControl machine;

  PmapMachine(PluginContext context) throws PluginException {
    machine = context.machine();
    journal = new Journal(context);
    traceTlb = choice(context, "events", "tlb", "protocol").equals("tlb");
    boolean serve = choice(context, "handler", "guest", "host").equals("host");
    String check = choice(context, "check", "all", "protocol", "stale");
    StaleCheck staleCheck = new StaleCheck(journal);
    boolean isLinux = choice(context, "os", "any", "linux").equals("linux");
    String reuse = choice(context, "reuse", "auto", "on", "off");
    Sanitizer sanitizer =
        isLinux || check.equals("stale")
            ? staleCheck.sanitizer(context, reuse.equals("on") || reuse.equals("auto") && !isLinux)
            : null;
    LinuxFollower linux = isLinux ? new LinuxFollower(machine, journal, tally, sanitizer) : null;
    LinuxJudge linuxJudge =
        isLinux && !check.equals("protocol") ? new LinuxJudge(linux, journal, sanitizer) : null;
    StaleWatch stale = null;
    Optional<GuestLayout> layout = isLinux ? Optional.empty() : GuestLayout.find(context);
    if (layout.isEmpty()) {
      if (serve && isLinux) {
        throw new PluginException(
            "plugin pmap: handler=host serves FreeBSD's scoreboard and not os=linux; leave handler=guest");
      }
      if (serve) {
        throw new PluginException(
            "plugin pmap: handler=host needs the guest's scoreboard and the guest has no symbol "
                + context.option("scoreboard")
                + "; name it with scoreboard=, or leave handler=guest");
      }
      tracker = null;
      host = null;
    } else {
      stale =
          check.equals("protocol")
              ? null
              : new StaleWatch(machine, layout.get(), journal, sanitizer);
      tracker =
          new Tracker(layout.get(), machine, journal, tally, stale == null ? Observer.NONE : stale);
      if (stale != null) {
        // It looks through every vCPU's TLB.
        machine.shareTlbs();
        stale.follow(tracker);
      }
      host = serve ? new HostHandler(layout.get(), machine, tracker, tally) : null;
      tracker.watch(machine);
      staleCheck.follow(tracker);
    }
    followers =
        Stream.of(tracker, stale, linuxJudge, linux, sanitizer == null ? null : staleCheck)
            .filter(Objects::nonNull)
            .toArray(Follower[]::new);
    String follows =
        layout
            .map(GuestLayout::follows)
            .orElse("nothing: the guest has no scoreboard and no serial record");
    if (isLinux) {
      staleCheck.follow(linux);
      context.view("shootdowns", linux::view);
      context.report("pmap", linux::section);
    } else {
      context.view(
          "shootdowns",
          () -> tracker == null ? "no shootdowns: " + follows + "\n" : tracker.ledger.view());
      context.report(
          "pmap",
          () -> {
            if (tracker != null) {
              tracker.ledger.finish();
            }
            return tally.section(journal, follows);
          });
    }
    if (sanitizer != null) {
      context.report("stale", sanitizer::section);
    }
    if (!isLinux) {
      context.state(new PmapState(machine, journal, tally, tracker, stale, sanitizer));
    }
  }

  private static String choice(PluginContext context, String key, String... choices)
      throws PluginException {
    String value = context.option(key);
    if (!List.of(choices).contains(value)) {
      throw new PluginException(
          "plugin pmap: "
              + key
              + "="
              + value
              + " is unknown; it takes "
              + String.join(" or ", choices));
    }
    return value;
  }

  /** Before an event: one at a time, whichever vCPU's. */
  void enter() {
    machine.lock();
  }

  /** After it. */
  void leave() {
    machine.unlock();
  }

  void load(Vcpu cpu, long pa, int size, long value) {
    for (Follower each : followers) {
      each.loaded(cpu, pa, size, value);
    }
  }

  void store(Vcpu cpu, long va, long pa, int size, long before, long after) {
    for (Follower each : followers) {
      each.stored(cpu, va, pa, size, before, after);
    }
  }

  void fill(Vcpu cpu, TlbEntry entry, Access access) {
    for (Follower each : followers) {
      each.filled(cpu, entry);
    }
    if (traceTlb) {
      journal.entry(TraceKind.TLB_FILL, cpu, entry, access.ordinal());
    }
  }

  void controlWritten(Vcpu cpu, int register, long before, long after) {
    if (register == 3) {
      for (Follower each : followers) {
        each.moved(cpu, before, after);
      }
    }
  }

  void evict(Vcpu cpu, TlbEntry entry) {
    for (Follower each : followers) {
      each.evicted(cpu, entry);
    }
    if (traceTlb) {
      journal.entry(TraceKind.TLB_EVICT, cpu, entry, 0);
    }
  }

  void drop(Vcpu cpu, TlbEntry entry, Invalidation why) {
    for (Follower each : followers) {
      each.dropped(cpu, entry, why);
    }
    if (traceTlb) {
      journal.entry(TraceKind.TLB_DROP, cpu, entry, why.ordinal());
    }
    Shootdown shootdown = working(cpu, why);
    if (shootdown != null) {
      shootdown.dropped++;
      shootdown.useful.set(cpu.index());
      tally.dropped++;
      if (cpu.tlb().agreesWithPageTables(entry)) {
        tally.overInvalidated++;
      }
      journal.event(
          TraceKind.SHOOTDOWN_DROP,
          cpu,
          shootdown.id,
          shootdown.initiator,
          entry.va(),
          entry.pa(),
          Journal.flags(entry));
    }
  }

  void invalidate(Vcpu cpu, Invalidation why, long va, int pcid, int dropped) {
    if (dropped == 0 && working(cpu, why) != null) {
      tally.notPresent++;
    }
    for (Follower each : followers) {
      each.invalidated(cpu, why, va, dropped);
    }
    if (traceTlb) {
      journal.event(TraceKind.TLB_INVALIDATE, cpu, 0, va, pcid, why.ordinal(), dropped);
    }
  }

  /**
   * The shootdown on whose behalf the CPU invalidates, or null. A page fault's own invalidation
   * serves nobody.
   */
  private Shootdown working(Vcpu cpu, Invalidation why) {
    if (tracker == null || why == Invalidation.PAGE_FAULT || why == Invalidation.RESET) {
      return null;
    }
    if (host != null && host.serving() != null) {
      return host.serving();
    }
    return tracker.deliveries.working(cpu.index());
  }

  void use(Vcpu cpu, TlbEntry entry, long va, Access access) {
    for (Follower each : followers) {
      each.used(cpu, entry, va, access);
    }
  }

  void ipiSent(Vcpu from, int vector, int deliveryMode, long icr, BitSet targets) {
    long first64 = targets.isEmpty() ? 0 : targets.toLongArray()[0];
    journal.event(TraceKind.IPI_SENT, from, 0, vector, deliveryMode, icr, first64);
    // Delivery mode 0 is fixed, 1 lowest priority; the others carry no vector.
    if (deliveryMode <= 1) {
      for (Follower each : followers) {
        each.ipiSent(from, vector, icr, targets);
      }
    }
  }

  void irrSet(Vcpu target, int vector, boolean merged, Vcpu from) {
    journal.event(
        TraceKind.IRR_SET, target, 0, vector, merged ? 1 : 0, from == null ? -1 : from.index(), 0);
    for (Follower each : followers) {
      each.irrSet(target, vector, merged, from);
    }
  }

  boolean serve(Vcpu cpu, int vector) {
    return host != null && host.serve(cpu, vector);
  }

  void taken(Vcpu cpu, int vector, TrapKind kind, long returnRip, int fromCpl) {
    for (Follower each : followers) {
      each.taken(cpu, vector, kind, returnRip);
    }
    journal.event(TraceKind.INTERRUPT_TAKEN, cpu, 0, vector, kind.ordinal(), returnRip, fromCpl);
  }

  void returned(Vcpu cpu, long fromRip, int fromCpl) {
    journal.event(TraceKind.INTERRUPT_RETURN, cpu, 0, fromRip, fromCpl, cpu.cpl(), 0);
    for (Follower each : followers) {
      each.returned(cpu);
    }
  }

  void halt(Vcpu cpu) {
    for (Follower each : followers) {
      each.halted(cpu);
    }
    journal.event(TraceKind.CPU_HALTED, cpu, 0, 0, 0, 0, 0);
  }

  void wake(Vcpu cpu) {
    journal.event(TraceKind.CPU_WOKEN, cpu, 0, 0, 0, 0, 0);
  }

  void startup(Vcpu cpu, int vector) {
    journal.event(TraceKind.CPU_STARTED, cpu, 0, vector, 0, 0, 0);
  }

  void reset(Vcpu cpu) {
    for (Follower each : followers) {
      each.reset(cpu);
    }
  }
}
