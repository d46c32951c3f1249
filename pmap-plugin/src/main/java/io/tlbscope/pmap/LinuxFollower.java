package io.tlbscope.pmap;

import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.pmap.stale.Mark;
import io.tlbscope.pmap.stale.Sanitizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Follows Linux's own shootdowns by what any CPU can see, without symbols.
 *
 * <pre>
 *   initiator i                                        target t
 *   stores to page tables        (sanitizer: marks)    interrupt FBh or FCh taken     TAKEN
 *   IPI FBh or FCh               BEGIN, ICR, IRR       entries dropped                DROP
 *   invalidates its own entries                        return from the handler        ACK, LEFT
 *                                                      the last one                   DONE
 * </pre>
 *
 * Linux calls other CPUs for many reasons. A call is a shootdown if the caller's stores left stale
 * translations behind in its own address space, or in a TLB of those it calls (or translations that
 * were stale for a while: it may not know). Which of them the call is to remove shows when somebody
 * invalidates for it: a target in its handler, or the caller between the IPI and whatever it does
 * next.
 */
final class LinuxFollower implements Follower {
  /** CALL_FUNCTION_SINGLE_VECTOR and CALL_FUNCTION_VECTOR. */
  private static final int SINGLE = 0xFB, MANY = 0xFC;

  /** A call older than this when the run ends is lost: 10 ms of guest time. */
  private static final long PATIENCE_TICKS = 10_000_000;

  private final MachineControl machine;
  private final Journal journal;
  private final Tally tally;
  private final Sanitizer sanitizer;
  private final AddressSpaces spaces = new AddressSpaces();
  private final LinuxSide[] sides;
  private final List<LinuxCall> open = new ArrayList<>();

  /** Told of each entry that a target had when it left the handler, though it is stale. */
  private BiConsumer<TlbEntry, LinuxCall> leftover = (entry, call) -> {};

  private long lastId;
  private long others;
  private long seenFlushing;
  private long nothingStale;

  LinuxFollower(MachineControl machine, Journal journal, Tally tally, Sanitizer sanitizer) {
    this.machine = machine;
    this.journal = journal;
    this.tally = tally;
    this.sanitizer = sanitizer;
    sides = new LinuxSide[machine.vcpuCount()];
    for (int i = 0; i < sides.length; i++) {
      sides[i] = new LinuxSide();
    }
  }

  void onLeftover(BiConsumer<TlbEntry, LinuxCall> action) {
    leftover = action;
  }

  private static boolean isCall(int vector) {
    return vector == SINGLE || vector == MANY;
  }

  // ---- the caller

  @Override
  public void ipiSent(Vcpu from, int vector, long icr, BitSet targets) {
    if (!isCall(vector)) {
      return;
    }
    LinuxSide side = sides[from.index()];
    side.own = null;
    side.sent = null;
    List<Mark> marks =
        Stream.concat(
                sanitizer.madeBy(from.index()).stream()
                    .filter(mark -> concerns(mark, from, targets)),
                sanitizer.restoredBy(from.index()).stream()
                    .filter(mark -> mark.since() > side.lastShootdown)
                    .filter(mark -> concerns(mark, from, targets)))
            .toList();
    if (marks.isEmpty()) {
      others++;
      LinuxSide.OtherCall call = new LinuxSide.OtherCall();
      targets.stream().forEach(target -> sides[target].others.add(call));
      return;
    }
    long first = marks.stream().mapToLong(mark -> mark.entry().va()).min().getAsLong();
    long last = marks.stream().mapToLong(mark -> mark.entry().va()).max().getAsLong();
    LinuxCall call =
        new LinuxCall(++lastId, from.index(), from.now(), targets, first, last, spaces);
    open.add(call);
    side.lastShootdown = call.begun;
    side.own = call;
    side.ownNested = 0;
    side.sent = call;
    tally.initiated++;
    tally.ipisSent += call.targets.cardinality();
    journal.event(TraceKind.SHOOTDOWN_BEGIN, from, call.id, 0, first, last, 0);
    journal.event(TraceKind.SHOOTDOWN_ICR, from, call.id, icr, 0, 0, 0);
  }

  /**
   * Whether a call may be there to remove this: the caller has yet to see to its own TLB, or a CPU
   * that it calls has had no call since. Linux leaves stale entries with CPUs that have another
   * address space, or none to run, until they come back to it. What it does to the kernel's
   * addresses it tells all.
   */
  private boolean concerns(Mark mark, Vcpu from, BitSet targets) {
    if (mark.entry().va() < 0 && !areAll(targets, from)) {
      return false;
    }
    int holder = mark.holder();
    if (holder == from.index()) {
      return inSpace(from, mark.entry());
    }
    return targets.get(holder) && mark.since() > sides[from.index()].lastShootdown;
  }

  private boolean areAll(BitSet targets, Vcpu from) {
    for (int i = 0; i < sides.length; i++) {
      if (i != from.index() && !targets.get(i) && !machine.vcpu(i).waitingForStartup()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void irrSet(Vcpu target, int vector, boolean merged, Vcpu from) {
    if (!isCall(vector)) {
      return;
    }
    sides[target.index()].pending = true;
    LinuxCall call = from == null ? null : sides[from.index()].sent;
    if (call != null && call.targets.get(target.index())) {
      call.accepted.set(target.index());
      if (merged) {
        tally.ipisMerged++;
      }
      journal.event(TraceKind.SHOOTDOWN_IRR, target, call.id, call.initiator, merged ? 1 : 0, 0, 0);
    }
  }

  // ---- the target

  @Override
  public void taken(Vcpu cpu, int vector, TrapKind kind, long returnRip) {
    LinuxSide side = sides[cpu.index()];
    if (side.own != null) {
      side.ownNested++;
    }
    boolean external = kind == TrapKind.EXTERNAL;
    if (side.inHandler && !external) {
      side.nested++;
      return;
    }
    // Interrupts are disabled while the handler does what it is called for.
    leave(cpu, side);
    if (external && isCall(vector)) {
      side.pending = false;
      side.inHandler = true;
      side.nested = 0;
      side.serving = open.stream().filter(call -> waits(call, cpu.index())).toList();
      side.servingOthers = List.copyOf(side.others);
      side.others.clear();
      for (LinuxCall call : side.serving) {
        call.taken.set(cpu.index());
        journal.event(TraceKind.SHOOTDOWN_TAKEN, cpu, call.id, call.initiator, 0, 0, 0);
      }
    }
  }

  private static boolean waits(LinuxCall call, int target) {
    return call.accepted.get(target) && !call.taken.get(target);
  }

  @Override
  public void returned(Vcpu cpu) {
    LinuxSide side = sides[cpu.index()];
    if (side.ownNested > 0) {
      side.ownNested--;
    } else {
      side.own = null;
    }
    if (side.nested > 0) {
      side.nested--;
    } else {
      leave(cpu, side);
    }
  }

  /** The CPU sleeps: it is out of whatever it was in. */
  @Override
  public void halted(Vcpu cpu) {
    LinuxSide side = sides[cpu.index()];
    side.own = null;
    leave(cpu, side);
  }

  @Override
  public void reset(Vcpu cpu) {
    halted(cpu);
    sides[cpu.index()].pending = false;
    sides[cpu.index()].others.clear();
  }

  private void leave(Vcpu cpu, LinuxSide side) {
    side.inHandler = false;
    side.nested = 0;
    List<LinuxCall> served = side.serving;
    side.serving = List.of();
    side.servingOthers = List.of();
    for (LinuxCall call : served) {
      left(cpu, call);
    }
  }

  private void left(Vcpu cpu, LinuxCall call) {
    call.left.set(cpu.index());
    if (!call.useful.get(cpu.index())) {
      tally.wastedIpis++;
    }
    journal.event(TraceKind.SHOOTDOWN_ACK, cpu, call.id, call.initiator, 0, 0, 0);
    journal.event(TraceKind.SHOOTDOWN_LEFT, cpu, call.id, call.initiator, 0, 0, 0);
    for (Mark mark : sanitizer.madeBy(call.initiator)) {
      if (mark.holder() == cpu.index()
          && mark.since() <= call.begun
          && inSpace(cpu, mark.entry())) {
        leftover.accept(mark.entry(), call);
      }
    }
    if (call.isDone()) {
      open.remove(call);
      tally.completed++;
      journal.event(
          TraceKind.SHOOTDOWN_DONE,
          machine.vcpu(call.initiator),
          call.id,
          0,
          call.targets.cardinality(),
          call.dropped,
          0);
    }
  }

  // ---- what is invalidated

  /** The calls that an invalidation by this CPU serves. */
  private List<LinuxCall> working(Vcpu cpu, Invalidation why) {
    if (why == Invalidation.PAGE_FAULT || why == Invalidation.RESET) {
      return List.of();
    }
    LinuxSide side = sides[cpu.index()];
    if (!side.serving.isEmpty()) {
      return side.nested == 0 ? side.serving : List.of();
    }
    LinuxCall own = side.ownNested == 0 ? side.own : null;
    boolean goneOn =
        own != null
            && sanitizer.madeBy(cpu.index()).stream().anyMatch(mark -> mark.since() > own.begun);
    return own == null || goneOn ? List.of() : List.of(own);
  }

  @Override
  public void dropped(Vcpu cpu, TlbEntry entry, Invalidation why) {
    List<LinuxCall> calls = working(cpu, why);
    if (calls.isEmpty()) {
      return;
    }
    LinuxCall call = calls.getLast();
    call.dropped++;
    calls.forEach(each -> each.useful.set(cpu.index()));
    tally.dropped++;
    if (cpu.tlb().agreesWithPageTables(entry)) {
      tally.overInvalidated++;
    }
    journal.event(
        TraceKind.SHOOTDOWN_DROP,
        cpu,
        call.id,
        call.initiator,
        entry.va(),
        entry.pa(),
        Journal.flags(entry));
  }

  @Override
  public void invalidated(Vcpu cpu, Invalidation why, long va, int dropped) {
    if (why != Invalidation.PAGE_FAULT) {
      needless(sides[cpu.index()]);
    }
    List<LinuxCall> calls = working(cpu, why);
    long root = AddressSpaces.root(cpu.cr(3));
    if (calls.isEmpty() || why == Invalidation.CR3 && root != sides[cpu.index()].root) {
      return;
    }
    if (dropped == 0) {
      tally.notPresent++;
    }
    for (LinuxCall call : calls) {
      call.worked.set(cpu.index());
      // Of several calls at once nobody can tell which asked for this.
      if (calls.size() == 1) {
        if (!call.isSeenFlushing()) {
          seenFlushing++;
        }
        call.invalidated(root, va);
      }
    }
  }

  /** A call that nothing stale speaks for has something invalidated: of several, the first. */
  private void needless(LinuxSide side) {
    if (side.nested == 0 && side.serving.isEmpty() && !side.servingOthers.isEmpty()) {
      LinuxSide.OtherCall call = side.servingOthers.getFirst();
      if (!call.flushes) {
        call.flushes = true;
        nothingStale++;
      }
    }
  }

  /** CR3 was written, and what that invalidates is gone. */
  @Override
  public void moved(Vcpu cpu, long before, long after) {
    spaces.moved(before, after, cpu.cr(4));
    sides[cpu.index()].root = AddressSpaces.root(after);
  }

  /** Whether the entry is one of the address space that the CPU is in. */
  private boolean inSpace(Vcpu cpu, TlbEntry entry) {
    return entry.global()
        || spaces.same(entry.root(), entry.pcid(), AddressSpaces.root(cpu.cr(3)), cpu.pcid());
  }

  // ---- for those who judge and report

  /** Whether the CPU has been called and has yet to come. */
  boolean isCalled(int cpu) {
    return sides[cpu].pending || sides[cpu].inHandler;
  }

  /** The call that may be there to remove what this CPU holds, if it has not left its handler. */
  LinuxCall underWay(int holder, long since) {
    for (LinuxCall call : open) {
      if (call.targets.get(holder) && !call.left.get(holder) && since <= call.begun) {
        return call;
      }
    }
    return null;
  }

  String view() {
    StringBuilder text = new StringBuilder();
    open.forEach(call -> text.append(call.view()).append('\n'));
    return text.isEmpty() ? "no shootdown under way\n" : text.toString();
  }

  Map<String, Object> section() {
    finish();
    Map<String, Object> map = tally.section(journal, "Linux's call-function IPIs");
    map.put("seen_flushing", seenFlushing);
    map.put("other_calls", others);
    map.put("flushes_of_nothing_stale", nothingStale);
    return map;
  }

  private void finish() {
    for (LinuxCall call : open) {
      if (machine.now() - call.begun < PATIENCE_TICKS) {
        tally.inFlight++;
        continue;
      }
      tally.lost++;
      BitSet waiting = (BitSet) call.targets.clone();
      waiting.andNot(call.left);
      waiting.stream().forEach(target -> lost(machine.vcpu(target), call));
    }
    open.clear();
  }

  private void lost(Vcpu target, LinuxCall call) {
    journal.event(TraceKind.SHOOTDOWN_LOST, target, call.id, target.index(), 0, 0, 0);
    journal.violation(
        ViolationKind.REQUEST_NEVER_SERVED,
        target,
        "CPU "
            + target.index()
            + (call.taken.get(target.index()) ? " has not left its handler of " : " has not taken ")
            + call.describe()
            + " until the end of the run");
  }
}
