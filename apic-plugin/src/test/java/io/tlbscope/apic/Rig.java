package io.tlbscope.apic;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Local APICs on a bus, without vCPUs: what each would tell its vCPU is logged as text. */
final class Rig {
  static final int SVR = 0xF0,
      ICR = 0x300,
      ICR_HIGH = 0x310,
      EOI = 0xB0,
      TPR = 0x80,
      ESR = 0x280,
      LDR = 0xD0,
      DFR = 0xE0;
  static final int LVT_TIMER = 0x320, LVT_LINT0 = 0x350, LVT_LINT1 = 0x360, LVT_ERROR = 0x370;
  static final long X2 = 0xC00;

  final TestClock clock;
  final List<LocalApic> apics = new ArrayList<>();
  final List<List<String>> logs = new ArrayList<>();
  final List<String> sent = new ArrayList<>();
  final List<Integer> ended = new ArrayList<>();
  final ApicBus bus;
  long tscOffset;

  Rig(int cpus) {
    this(cpus, new ApicModel(true, true, 46));
  }

  Rig(int cpus, ApicModel model) {
    this(cpus, model, new TestClock());
  }

  private Rig(int cpus, ApicModel model, TestClock clock) {
    this.clock = clock;
    for (int i = 0; i < cpus; i++) {
      logs.add(new ArrayList<>());
      apics.add(new LocalApic(i, model, clock, new Log(i)));
    }
    bus = new ApicBus(apics, (from, command, targets) -> sent.add(command.mode() + " " + targets));
  }

  /** Another one at the same time, to which the state was moved, and what was logged. */
  Rig moved() {
    Rig other = new Rig(apics.size(), new ApicModel(true, true, 46), clock.again());
    StateWriter state = new StateWriter();
    apics.forEach(state::put);
    StateReader from = new StateReader(state.toByteArray());
    other.apics.forEach(from::get);
    from.end();
    for (int i = 0; i < logs.size(); i++) {
      other.logs.get(i).addAll(logs.get(i));
    }
    other.sent.addAll(sent);
    other.ended.addAll(ended);
    other.tscOffset = tscOffset;
    return other;
  }

  /** All enabled by software, logs empty. */
  static Rig enabled(int cpus) {
    Rig rig = new Rig(cpus);
    rig.apics.forEach(a -> a.writePage(SVR, 0x1FF));
    rig.logs.forEach(List::clear);
    return rig;
  }

  /** All in x2APIC mode and enabled. */
  static Rig x2(int cpus) {
    Rig rig = enabled(cpus);
    for (LocalApic apic : rig.apics) {
      if (!apic.base(apic.base() | X2)) {
        throw new AssertionError("x2APIC mode refused");
      }
    }
    rig.logs.forEach(List::clear);
    return rig;
  }

  LocalApic apic(int i) {
    return apics.get(i);
  }

  /** xAPIC send. */
  void icr(int from, int destination, int low) {
    apic(from).writePage(ICR_HIGH, destination << 24);
    apic(from).writePage(ICR, low);
  }

  /** CPUs whose IRR has the vector. */
  BitSet requested(int vector) {
    BitSet set = new BitSet();
    for (int i = 0; i < apics.size(); i++) {
      if ((value(i, 0x200 + (vector >> 5) * 16) >>> (vector & 31) & 1) != 0) {
        set.set(i);
      }
    }
    return set;
  }

  /** Register in either mode. */
  long value(int cpu, int offset) {
    if (apic(cpu).mode() == ApicMode.XAPIC) {
      return apic(cpu).readPage(offset) & 0xFFFF_FFFFL;
    }
    long[] value = new long[1];
    if (!apic(cpu).readMsr(offset >> 4, value)) {
      throw new AssertionError("#GP at " + Integer.toHexString(offset));
    }
    return value[0];
  }

  /** Number of log entries of this text. */
  long count(int cpu, String what) {
    return logs.get(cpu).stream().filter(what::equals).count();
  }

  static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int i : set) {
      bits.set(i);
    }
    return bits;
  }

  private final class Log implements ApicOutput {
    private final int index;

    Log(int index) {
      this.index = index;
    }

    private void log(String what) {
      logs.get(index).add(what);
    }

    @Override
    public void signal() {
      log("signal");
    }

    @Override
    public void nmi() {
      log("nmi");
    }

    @Override
    public void init() {
      log("init");
    }

    @Override
    public void startup(int vector) {
      log("startup " + vector);
    }

    @Override
    public void accepted(int vector, boolean merged, LocalApic from) {
      log(
          (merged ? "merged " : "accepted ")
              + vector
              + " from "
              + (from == null ? "device" : from.id()));
    }

    @Override
    public void send(InterruptCommand command) {
      bus.send(apics.get(index), command);
    }

    @Override
    public void endOfLevel(int vector) {
      ended.add(vector);
    }

    @Override
    public void pageChanged() {
      log("page");
    }

    @Override
    public long tscOffset() {
      return tscOffset;
    }

    @Override
    public void ignored(String what) {
      log("ignored " + what);
    }
  }
}
