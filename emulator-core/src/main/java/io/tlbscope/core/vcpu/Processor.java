package io.tlbscope.core.vcpu;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.device.PortBus;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.TlbControl;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.memory.StoreLog;
import io.tlbscope.core.mmu.BufferedStores;
import io.tlbscope.core.mmu.Mmu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.ArrayList;
import java.util.List;

/**
 * One vCPU put together: registers, memory view, pending events, activity. Behaviour lives in the
 * rooms that take it as an argument (trap, system, interpret).
 */
public final class Processor implements Vcpu, Stateful {
  /** Bits of {@link #pending()}. */
  public static final int SIGNAL = 1, NMI = 2, INIT = 4, STARTUP = 8, ATTENTION = 16;

  /** Links of {@link #faultChain} that make any sense; a snapshot with more is broken. */
  private static final int MOST_FAULTS = 1024;

  public final CpuState s;

  /** The same array as {@code s.r}, one indirection nearer. */
  public final long[] r;

  public Mmu mmu;
  public final PortBus ports;

  /** The fault object to throw: {@code throw cpu.fault.with(...)}. */
  public final GuestFault fault = new GuestFault();

  /** While a helper runs: offset of the instruction after; the helper writes it to jump. */
  public long nextRip;

  /**
   * Set to leave the running block after the current instruction (MMIO, code changed, PAUSE,
   * events).
   */
  public boolean leaveBlock;

  /** Set with {@link #leaveBlock} to give up the rest of the slice (PAUSE, HLT, machine stop). */
  public boolean yield;

  /**
   * Step of the running block that may leave the fast path, for {@link #ripSource}; -1 between
   * blocks and in helpers.
   */
  public int position = -1;

  /** The engine that runs a block now. */
  public RipSource ripSource;

  public Activity activity = Activity.RUNNING;

  /** Told whenever an event becomes pending: the scheduler wakes the vCPU. */
  public Runnable onPending = () -> {};

  /** Told, on the vCPU's thread, of an instruction that others race with; ends no instruction. */
  public Runnable onInteraction = () -> {};

  /** What the schedule wants done on the vCPU's thread when it finds {@link #ATTENTION} pending. */
  public Runnable onAttention = () -> {};

  /**
   * PAUSEs that translated code may spin through before the schedule is to be asked; 0 where each
   * is its business. The vCPU's thread.
   */
  public int spins;

  /** NMIs are blocked until IRET. */
  public boolean nmiBlocked;

  /** MONITOR's armed physical line, -1 when none. */
  public long monitorPa = -1;

  /** What the armed line held when it was armed, eight bytes an element. */
  public final long[] monitorImage = new long[8];

  /** MWAIT with ECX bit 0: a pending interrupt wakes although IF = 0. */
  public boolean mwaitBreaksMasked;

  /**
   * Deliveries through the IVT or IDT so far; tells an engine whether the instruction it ran was
   * itself a delivery.
   */
  public long delivered;

  /**
   * The exceptions of the delivery that ended last, first one first; three or more after a
   * shutdown.
   */
  public final List<FaultRecord> faultChain = new ArrayList<>();

  /** Asked before each instruction while it is not null; set from any thread. */
  public Debugger debugger;

  /** What translated code notes of its stores while the engines are checked; else null. */
  public StoreLog stores;

  /** Stores that other vCPUs do not see yet; null where they see each at once. */
  public BufferedStores buffered;

  private final int index;
  private final MachineControl machine;
  private final int[] pending = SharedBits.create();
  private volatile int startupVector;

  public Processor(int index, MachineControl machine, CpuState state, PortBus ports) {
    this.index = index;
    this.machine = machine;
    this.s = state;
    this.r = state.r;
    this.ports = ports;
  }

  /**
   * Pending event bits; 0 almost always. What was raised on another thread is seen soon, and then
   * with all that was written before it was raised.
   */
  public int pending() {
    return SharedBits.get(pending);
  }

  /**
   * True if an event is pending that is to be looked at before the next instruction. False while a
   * maskable interrupt, and nothing else, waits for IF: what sets IF ends its block as a helper and
   * asks again, what needs service without IF leaves the block.
   */
  public boolean servable() {
    int now = pending();
    return now != 0 && (now != SIGNAL || (s.flags.system() & CpuState.IF) != 0);
  }

  /** A PAUSE of translated code; false if the schedule is to be asked. */
  public boolean spin() {
    if (spins <= 0) {
      return false;
    }
    spins--;
    Thread.onSpinWait();
    return true;
  }

  /** Asks the vCPU's thread to look at what the schedule has for it. Any thread; wakes nobody. */
  public void attention() {
    SharedBits.set(pending, ATTENTION);
  }

  public void clearPending(int bits) {
    SharedBits.clear(pending, bits);
  }

  public int startupVector() {
    return startupVector;
  }

  private void raise(int bits) {
    SharedBits.set(pending, bits);
    onPending.run();
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public MachineControl machine() {
    return machine;
  }

  @Override
  public long gpr(int n) {
    return r[n & 15];
  }

  @Override
  public void gpr(int n, long value) {
    r[n & 15] = value;
  }

  /** True if an instruction is under way, and the caller is on the thread that carries it out. */
  private boolean midway() {
    return position >= 0 && mmu.here();
  }

  /** What the vCPU stored becomes visible, all of it, before it goes on. */
  public void drain() {
    if (buffered != null) {
      buffered.drain();
    }
  }

  /**
   * As the processor writes to descriptors and TSSes: locked (Intel SDM vol. 3A, 9.1.2.1).
   *
   * @param bytes 1..8
   */
  public void storeLocked(long va, int bytes, long value) {
    drain();
    mmu.storeSystem(va, bytes, value);
    drain();
  }

  @Override
  public long rip() {
    if (buffered != null && buffered.leaving()) {
      return buffered.rip();
    }
    return midway() ? ripSource.rip(position) : s.rip;
  }

  @Override
  public long rflags() {
    return s.flags.rflags() & 0xFFFF_FFFFL;
  }

  @Override
  public long cr(int n) {
    return switch (n) {
      case 0 -> s.cr0;
      case 2 -> s.cr2;
      case 3 -> s.cr3;
      case 4 -> s.cr4;
      default -> throw new IllegalArgumentException("no control register CR" + n + " in the core");
    };
  }

  @Override
  public long efer() {
    return s.efer;
  }

  @Override
  public int cpl() {
    return s.cpl;
  }

  @Override
  public long segmentBase(int n) {
    return s.segments[n].base;
  }

  @Override
  public int pcid() {
    return (s.cr4 & CpuState.CR4_PCIDE) != 0 ? (int) s.cr3 & 0xFFF : 0;
  }

  @Override
  public long retired() {
    return midway() ? s.retired + ripSource.retiredInBlock(position) : s.retired;
  }

  @Override
  public long now() {
    return machine.now();
  }

  @Override
  public long tscOffset() {
    return s.tscOffset;
  }

  @Override
  public boolean halted() {
    return activity == Activity.HALTED || activity == Activity.MWAIT;
  }

  @Override
  public boolean waitingForStartup() {
    return activity == Activity.WAIT_FOR_SIPI;
  }

  @Override
  public TlbControl tlb() {
    return mmu.tlb();
  }

  @Override
  public void signal() {
    raise(SIGNAL);
  }

  @Override
  public void nmi() {
    raise(NMI);
  }

  /**
   * What came before and the vCPU has not looked at is lost: a SIPI, as it was not waiting for one,
   * and an NMI, which the reset would forget.
   */
  @Override
  public void init() {
    clearPending(STARTUP | NMI);
    raise(INIT);
  }

  /** Of several before the vCPU looks, the first one counts: it would have started the vCPU. */
  @Override
  public void startup(int vector) {
    synchronized (pending) {
      if ((pending() & STARTUP) != 0) {
        return;
      }
      startupVector = vector;
      raise(STARTUP);
    }
  }

  @Override
  public void dropLookAside() {
    mmu.dropLookAside();
  }

  @Override
  public long translate(long va) {
    return mmu.translateQuiet(va);
  }

  /** Registers, events and memory view; an instruction is under way nowhere. */
  @Override
  public void save(StateWriter to) {
    to.tag("vcpu");
    to.put(s);
    to.putInt(activity.ordinal());
    to.putInt(pending());
    to.putInt(startupVector);
    to.putBoolean(nmiBlocked);
    to.putLong(monitorPa);
    to.putLongs(monitorImage);
    to.putBoolean(mwaitBreaksMasked);
    to.putLong(delivered);
    to.putInt(faultChain.size());
    for (FaultRecord link : faultChain) {
      to.putInt(link.vector());
      to.putInt(link.errorCode());
      to.putLong(link.rip());
      to.putLong(link.cr2());
    }
    to.put(mmu);
    if (buffered != null) {
      to.put(buffered);
    }
  }

  @Override
  public void load(StateReader from) {
    from.tag("vcpu");
    from.get(s);
    activity = Activity.values()[from.getCount(Activity.values().length - 1)];
    clearPending(-1);
    SharedBits.set(pending, from.getInt());
    startupVector = from.getInt();
    nmiBlocked = from.getBoolean();
    monitorPa = from.getLong();
    from.getLongs(monitorImage);
    mwaitBreaksMasked = from.getBoolean();
    delivered = from.getLong();
    faultChain.clear();
    for (int links = from.getCount(MOST_FAULTS); links > 0; links--) {
      faultChain.add(new FaultRecord(from.getInt(), from.getInt(), from.getLong(), from.getLong()));
    }
    position = -1;
    leaveBlock = false;
    yield = false;
    from.get(mmu);
    if (buffered != null) {
      from.get(buffered);
    }
  }
}
