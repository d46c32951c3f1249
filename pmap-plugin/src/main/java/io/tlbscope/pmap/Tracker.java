package io.tlbscope.pmap;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.trace.TraceKind;
import java.util.BitSet;
import java.util.List;

/**
 * Follows every shootdown through its phases, from the guest's own loads and stores of the scoreboard and the records:
 *
 * <pre>
 *   initiator i                                          target t
 *   store record[i].gen                                  interrupt IPI_INVLOP taken     TAKEN
 *   store 0 to slot[t][i]             BEGIN, SLOT        load record[i].gen             READ
 *   IPI sent                          ICR, IRR           store gen to slot[t][i]        ACK
 *   load slot[t][i] == gen, for all t DONE               entries dropped                DROP
 *                                                        return from the handler        LEFT
 * </pre>
 *
 * and holds each step against the protocol's rules. Stores that set up the scoreboard before any request are no steps.
 */
final class Tracker {
  /** A request older than this when the run ends counts as lost even if its IPI is still pending: 10 ms of guest time. */
  private static final long PATIENCE_TICKS = 10_000_000;

  private final GuestLayout layout;
  private final MachineControl machine;
  private final PhysicalAccess memory;
  private final Journal journal;
  private final Tally tally;
  private final Observer observer;
  private final Shootdown[] current;
  private final Frames[] frames;
  private final long[] lastSerial;
  /** IPI_INVLOP pending in this CPU's IRR. */
  private final boolean[] irr;
  /** Slots (target * cpus + initiator) that held a generation once: the guest has set them up. */
  private final BitSet ready = new BitSet();

  private long lastId;

  Tracker(GuestLayout layout, MachineControl machine, Journal journal, Tally tally, Observer observer) {
    this.layout = layout;
    this.machine = machine;
    this.memory = machine.physical();
    this.journal = journal;
    this.tally = tally;
    this.observer = observer;
    int cpus = layout.cpus();
    current = new Shootdown[cpus];
    irr = new boolean[cpus];
    lastSerial = new long[cpus];
    frames = new Frames[cpus];
    for (int i = 0; i < cpus; i++) {
      frames[i] = new Frames();
    }
  }

  /** Watches the pages that hold the scoreboard and the records. */
  void watch() {
    watch(layout.scoreboard(), layout.scoreboardEnd());
    long watched = -1;
    for (int cpu = 0; cpu < layout.cpus(); cpu++) {
      long first = layout.record(cpu, layout.recordStart()) >>> 12;
      long last = layout.record(cpu, layout.recordEnd() - 1) >>> 12;
      for (long page = Math.max(first, watched + 1); page <= last; page++) {
        memory.watch(page << 12, true, true);
        watched = page;
      }
    }
  }

  private void watch(long start, long end) {
    for (long page = start >>> 12; page <= end - 1 >>> 12; page++) {
      memory.watch(page << 12, true, true);
    }
  }

  Frames frames(int cpu) {
    return frames[cpu];
  }

  /** The shootdown whose work this CPU is doing: the one it acknowledged last in its handler, else the one it initiated. */
  Shootdown working(int cpu) {
    Frames.Frame frame = frames[cpu].innermost(layout.vector());
    if (frame != null && !frame.served.isEmpty()) {
      return frame.served.getLast();
    }
    Shootdown own = current[cpu];
    return own != null && !own.done ? own : null;
  }

  void load(Vcpu cpu, long pa, int size, long value) {
    if (pa >= layout.scoreboard() && pa < layout.scoreboardEnd()) {
      for (int at = 0; at < size; at += 4) {
        slotLoaded(cpu, pa + at, (int) (value >>> 8 * at));
      }
      return;
    }
    int owner = owner(pa);
    if (owner >= 0 && owner != cpu.index() && overlaps(pa, size, layout.record(owner, layout.gen()), 4)) {
      Shootdown shootdown = current[owner];
      int target = cpu.index();
      if (shootdown != null && shootdown.targets.get(target) && !shootdown.acknowledged.get(target)
          && !shootdown.read.get(target)) {
        shootdown.read.set(target);
        journal.event(TraceKind.SHOOTDOWN_READ, cpu, shootdown.id, owner, 0, 0, 0);
      }
    }
  }

  void store(Vcpu cpu, long pa, int size, long before, long after) {
    if (pa >= layout.scoreboard() && pa < layout.scoreboardEnd()) {
      for (int at = 0; at < size; at += 4) {
        slotStored(cpu, pa + at, (int) (before >>> 8 * at), (int) (after >>> 8 * at));
      }
      return;
    }
    int owner = owner(pa);
    if (owner == cpu.index() && inRecord(owner, pa, size)) {
      recordStored(cpu, current[owner]);
    }
  }

  /** CPU whose per-CPU area holds the address, or -1. */
  private int owner(long pa) {
    long offset = pa - layout.pcpu();
    if (offset < 0) {
      return -1;
    }
    long cpu = offset / layout.pcpuStride();
    return cpu < layout.cpus() ? (int) cpu : -1;
  }

  private boolean inRecord(int cpu, long pa, int size) {
    return overlaps(pa, size, layout.record(cpu, layout.addr1()), 8)
        || overlaps(pa, size, layout.record(cpu, layout.addr2()), 8)
        || overlaps(pa, size, layout.record(cpu, layout.pmap()), 8)
        || overlaps(pa, size, layout.record(cpu, layout.gen()), 4)
        || overlaps(pa, size, layout.record(cpu, layout.op()), 4);
  }

  private static boolean overlaps(long pa, int size, long start, int length) {
    return pa < start + length && pa + size > start;
  }

  private void recordStored(Vcpu cpu, Shootdown shootdown) {
    if (shootdown == null || shootdown.done || shootdown.acknowledged.cardinality() == shootdown.targets.cardinality()) {
      return;
    }
    if (!shootdown.torn) {
      shootdown.torn = true;
      journal.violation(
          ViolationKind.TORN_REQUEST,
          cpu,
          "the record of " + shootdown.describe() + " changes while targets " + waiting(shootdown)
              + " have been told to read it; the record must be complete before the first slot is zeroed");
    }
    read(shootdown);
  }

  private static BitSet waiting(Shootdown shootdown) {
    BitSet waiting = (BitSet) shootdown.targets.clone();
    waiting.andNot(shootdown.acknowledged);
    return waiting;
  }

  private void slotStored(Vcpu cpu, long pa, int before, int after) {
    long word = pa - layout.scoreboard() >> 2;
    int target = (int) (word / layout.stride());
    int initiator = (int) (word % layout.stride());
    if (target >= layout.cpus() || initiator >= layout.cpus()) {
      return;
    }
    int slot = target * layout.cpus() + initiator;
    if (after != 0) {
      ready.set(slot);
      Shootdown shootdown = current[initiator];
      if (before == 0 && cpu.index() == target && target != initiator && shootdown != null) {
        acknowledge(cpu, shootdown, after);
      }
    } else if (cpu.index() == initiator && target != initiator && ready.get(slot)) {
      request(cpu, target, before);
    }
  }

  private void request(Vcpu cpu, int target, int before) {
    int initiator = cpu.index();
    if (before == 0) {
      journal.violation(
          ViolationKind.SLOT_ALREADY_ZERO,
          cpu,
          "CPU " + initiator + " zeroes its slot of target " + target
              + ", which is 0 already: its earlier request was not answered");
    }
    int generation = (int) memory.read(layout.record(initiator, layout.gen()), 4);
    Shootdown shootdown = current[initiator];
    if (shootdown == null || shootdown.done || shootdown.generation != generation || shootdown.targets.get(target)) {
      shootdown = begin(cpu);
      if (generation == 0) {
        journal.violation(
            ViolationKind.GENERATION_ZERO,
            cpu,
            "CPU " + initiator + " posts generation 0, which a slot uses for \"waiting\": the acknowledgement cannot be told"
                + " from the request");
      }
    }
    shootdown.targets.set(target);
    journal.event(TraceKind.SHOOTDOWN_SLOT, cpu, shootdown.id, target, 0, 0, 0);
  }

  private Shootdown begin(Vcpu cpu) {
    abandon(current[cpu.index()]);
    Shootdown shootdown = new Shootdown(++lastId, cpu.index(), cpu.now(), lastSerial.clone());
    current[cpu.index()] = shootdown;
    read(shootdown);
    tally.initiated++;
    if (shootdown.op != null) {
      tally.byOperation[shootdown.op.code()]++;
    }
    journal.event(
        TraceKind.SHOOTDOWN_BEGIN, cpu, shootdown.id, shootdown.op == null ? 0 : shootdown.op.code(), shootdown.addr1,
        shootdown.addr2, shootdown.generation & 0xFFFFFFFFL);
    return shootdown;
  }

  /** An initiator that starts anew without having looked at every answer: complete if all were given. */
  private void abandon(Shootdown shootdown) {
    if (shootdown != null && !shootdown.done) {
      if (shootdown.acknowledged.cardinality() == shootdown.targets.cardinality()) {
        shootdown.done = true;
        tally.completed++;
      } else {
        tally.lost++;
      }
    }
  }

  private void read(Shootdown shootdown) {
    int cpu = shootdown.initiator;
    shootdown.op = InvlOp.of(memory.read(layout.record(cpu, layout.op()), 4));
    shootdown.addr1 = memory.read(layout.record(cpu, layout.addr1()), 8);
    shootdown.addr2 = memory.read(layout.record(cpu, layout.addr2()), 8);
    shootdown.generation = (int) memory.read(layout.record(cpu, layout.gen()), 4);
    shootdown.pmap = memory.read(layout.record(cpu, layout.pmap()), 8);
    long pa = machine.vcpu(cpu).translate(shootdown.pmap);
    if (pa != -1) {
      shootdown.root = root(memory.read(pa + layout.pmCr3(), 8));
      shootdown.userRoot = root(memory.read(pa + layout.pmUcr3(), 8));
    }
  }

  private static long root(long cr3) {
    return cr3 == -1 ? -1 : cr3 & 0x000F_FFFF_FFFF_F000L;
  }

  private void acknowledge(Vcpu cpu, Shootdown shootdown, int generation) {
    int target = cpu.index();
    if (!shootdown.targets.get(target) || shootdown.acknowledged.get(target)) {
      return;
    }
    if (!shootdown.read.get(target)) {
      journal.violation(
          ViolationKind.ACK_WITHOUT_READ,
          cpu,
          "CPU " + target + " acknowledges " + shootdown.describe() + " without having read its record");
    }
    if (generation != shootdown.generation) {
      journal.violation(
          ViolationKind.WRONG_GENERATION,
          cpu,
          "CPU " + target + " answers " + shootdown.describe() + " with generation " + Integer.toUnsignedString(generation));
    }
    acknowledged(cpu, shootdown, generation);
  }

  private void acknowledged(Vcpu cpu, Shootdown shootdown, int generation) {
    shootdown.acknowledged.set(cpu.index());
    journal.event(TraceKind.SHOOTDOWN_ACK, cpu, shootdown.id, shootdown.initiator, generation & 0xFFFFFFFFL, 0, 0);
    Frames.Frame frame = frames[cpu.index()].innermost(layout.vector());
    if (frame != null) {
      frame.served.add(shootdown);
    }
  }

  private void slotLoaded(Vcpu cpu, long pa, int value) {
    long word = pa - layout.scoreboard() >> 2;
    int target = (int) (word / layout.stride());
    int initiator = (int) (word % layout.stride());
    if (initiator != cpu.index() || target == initiator || target >= layout.cpus()) {
      return;
    }
    Shootdown shootdown = current[initiator];
    if (shootdown == null || shootdown.done || !shootdown.targets.get(target)) {
      return;
    }
    if ((cpu.rflags() & 0x200) == 0 && !shootdown.interruptsReported) {
      shootdown.interruptsReported = true;
      journal.violation(
          ViolationKind.INITIATOR_INTERRUPTS_DISABLED,
          cpu,
          "CPU " + initiator + " waits for CPU " + target + " with interrupts disabled (RFLAGS.IF=0) in " + shootdown.describe()
              + ": two such initiators never answer each other");
    }
    if (value == shootdown.generation && value != 0) {
      shootdown.seen.set(target);
      if (shootdown.seen.equals(shootdown.targets)) {
        complete(cpu, shootdown);
      }
    }
  }

  private void complete(Vcpu cpu, Shootdown shootdown) {
    shootdown.done = true;
    tally.completed++;
    journal.event(
        TraceKind.SHOOTDOWN_DONE, cpu, shootdown.id, shootdown.op == null ? 0 : shootdown.op.code(),
        shootdown.targets.cardinality(), shootdown.dropped, 0);
    observer.completed(cpu, shootdown);
  }

  void ipiSent(Vcpu from, int vector, long icr, BitSet targets) {
    if (vector != layout.vector()) {
      return;
    }
    tally.ipisSent += targets.cardinality();
    Shootdown shootdown = current[from.index()];
    boolean open = shootdown != null && !shootdown.done;
    if (open) {
      journal.event(TraceKind.SHOOTDOWN_ICR, from, shootdown.id, icr, 0, 0, 0);
    }
    for (int target = targets.nextSetBit(0); target >= 0; target = targets.nextSetBit(target + 1)) {
      if (!open || !shootdown.targets.get(target) || shootdown.sent.get(target)) {
        journal.violation(
            ViolationKind.MISDIRECTED_IPI,
            from,
            "IPI_INVLOP from CPU " + from.index() + " goes to CPU " + target + ", which "
                + (open && shootdown.sent.get(target) ? "was sent one already in " : "has no request in ")
                + (open ? shootdown.describe() + "; its targets are " + shootdown.targets : "any open shootdown"));
      }
      if (open) {
        shootdown.sent.set(target);
      }
    }
  }

  void irrSet(Vcpu target, int vector, boolean merged, Vcpu from) {
    if (vector != layout.vector()) {
      return;
    }
    irr[target.index()] = true;
    if (merged) {
      tally.ipisMerged++;
    }
    Shootdown shootdown = from == null ? null : current[from.index()];
    if (shootdown != null && !shootdown.done && shootdown.targets.get(target.index())) {
      shootdown.accepted.set(target.index());
      journal.event(TraceKind.SHOOTDOWN_IRR, target, shootdown.id, from.index(), merged ? 1 : 0, 0, 0);
    }
  }

  void taken(Vcpu cpu, int vector, TrapKind kind, long returnRip) {
    int target = cpu.index();
    frames[target].push(vector, kind, returnRip);
    if (vector == layout.vector() && kind == TrapKind.EXTERNAL) {
      irr[target] = false;
      for (Shootdown shootdown : current) {
        if (shootdown != null && !shootdown.done && shootdown.accepted.get(target)
            && !shootdown.acknowledged.get(target)) {
          journal.event(TraceKind.SHOOTDOWN_TAKEN, cpu, shootdown.id, shootdown.initiator, 0, 0, 0);
        }
      }
    }
  }

  void returned(Vcpu cpu) {
    List<Frames.Frame> left = frames[cpu.index()].pop(cpu.rip());
    for (Frames.Frame frame : left) {
      if (frame.vector == layout.vector() && frame.kind == TrapKind.EXTERNAL) {
        handlerLeft(cpu, frame);
      }
    }
  }

  private void handlerLeft(Vcpu cpu, Frames.Frame frame) {
    int target = cpu.index();
    for (Shootdown shootdown : frame.served) {
      left(cpu, shootdown);
    }
    if (irr[target]) {
      return;
    }
    for (Shootdown shootdown : current) {
      if (shootdown != null && !shootdown.done && shootdown.accepted.get(target)
          && !shootdown.acknowledged.get(target)) {
        neverServed(cpu, shootdown, "left its handler with no IPI_INVLOP pending and");
      }
    }
  }

  private void neverServed(Vcpu cpu, Shootdown shootdown, String how) {
    if (shootdown.unserved.get(cpu.index())) {
      return;
    }
    shootdown.unserved.set(cpu.index());
    journal.event(TraceKind.SHOOTDOWN_LOST, cpu, shootdown.id, cpu.index(), 0, 0, 0);
    journal.violation(
        ViolationKind.REQUEST_NEVER_SERVED,
        cpu,
        "CPU " + cpu.index() + " " + how + " has not served " + shootdown.describe() + ", posted at " + shootdown.begun);
  }

  void filled(Vcpu cpu, TlbEntry entry) {
    lastSerial[cpu.index()] = entry.serial();
  }

  /** The vCPU was reset: it is in no handler and nothing is pending. */
  void reset(Vcpu cpu) {
    frames[cpu.index()].clear();
    irr[cpu.index()] = false;
  }

  /** The host's handler serves every request of the CPU's row; see {@link HostHandler}. */
  Shootdown waitingFor(int target, int initiator) {
    Shootdown shootdown = current[initiator];
    return shootdown != null && !shootdown.done && shootdown.targets.get(target)
            && !shootdown.acknowledged.get(target)
        ? shootdown
        : null;
  }

  /** The host's handler took IPI_INVLOP. */
  void hostEntered(Vcpu cpu) {
    irr[cpu.index()] = false;
  }

  /** The host's handler has done the request's work. */
  void hostLeft(Vcpu cpu, Shootdown shootdown) {
    left(cpu, shootdown);
  }

  private void left(Vcpu cpu, Shootdown shootdown) {
    if (!shootdown.useful.get(cpu.index())) {
      tally.wastedIpis++;
    }
    journal.event(TraceKind.SHOOTDOWN_LEFT, cpu, shootdown.id, shootdown.initiator, 0, 0, 0);
  }

  /** The host's handler has read the record and stored the generation. */
  void hostAcknowledged(Vcpu cpu, Shootdown shootdown) {
    shootdown.read.set(cpu.index());
    journal.event(TraceKind.SHOOTDOWN_READ, cpu, shootdown.id, shootdown.initiator, 0, 0, 0);
    acknowledged(cpu, shootdown, shootdown.generation);
  }

  /** After the run: what was never answered. */
  void finish() {
    for (Shootdown shootdown : current) {
      if (shootdown == null || shootdown.done) {
        continue;
      }
      BitSet waiting = waiting(shootdown);
      long age = machine.now() - shootdown.begun;
      if (waiting.isEmpty() || age < PATIENCE_TICKS && !isStuck(shootdown, waiting)) {
        tally.inFlight++;
        continue;
      }
      tally.lost++;
      for (int target = waiting.nextSetBit(0); target >= 0; target = waiting.nextSetBit(target + 1)) {
        neverServed(machine.vcpu(target), shootdown, "until the end of the run");
      }
    }
  }

  /** A target was found not to serve it: time will not help. */
  private static boolean isStuck(Shootdown shootdown, BitSet waiting) {
    return waiting.intersects(shootdown.unserved);
  }
}
