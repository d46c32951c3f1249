package io.tlbscope.apic;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.List;

/**
 * One local APIC as a pure state machine: register write in, message out (Intel SDM vol. 3A,
 * chapter 11).
 *
 * <p>Not supported: CMCI; SMI (counted, no effect); remote read; a writable APIC ID; the focus
 * processor; LINT inputs in other than ExtINT mode have no source on this platform ({@link #local}
 * drives them); performance and thermal interrupts have none either. Register pages take aligned
 * 32-bit accesses.
 *
 * <p>Not thread-safe: whoever calls holds the machine's lock. {@link #claims} and {@link #mode} may
 * also be asked on the vCPU's own thread, which alone changes them.
 */
final class LocalApic implements Stateful {
  private static final int SVR_ENABLED = 1 << 8, SVR_RESET = 0xFF;
  private static final int LVT_EXT_INT = DeliveryMode.EXT_INT.ordinal() << 8;
  private static final int DFR_RESET = -1;
  private static final int FIRST_LEGAL_VECTOR = 16;

  private final int id;
  private final ApicModel model;
  private final ApicOutput out;
  private final ApicTimer timer;
  private final VectorSet irr = new VectorSet();
  private final VectorSet isr = new VectorSet();
  private final VectorSet tmr = new VectorSet();
  private final ErrorStatus errors = new ErrorStatus();
  private final int[] lvt = new int[Lvt.values().length];
  private long base;
  private ApicMode mode = ApicMode.XAPIC;
  private int tpr;
  private int ldr;
  private int dfr;
  private int svr;
  private long icr;

  LocalApic(int id, ApicModel model, ApicClock clock, ApicOutput out) {
    this.id = id;
    this.model = model;
    this.out = out;
    this.timer =
        new ApicTimer(
            clock,
            new ApicTimer.Host() {
              @Override
              public long tscOffset() {
                return out.tscOffset();
              }

              @Override
              public void expired() {
                local(Lvt.TIMER);
              }
            });
    base = resetBase();
    clearRegisters();
    virtualWire();
  }

  private long resetBase() {
    return ApicModel.DEFAULT_PA | ApicMode.EN | (bootstrap() ? 0x100 : 0);
  }

  /**
   * Power-on reset. The bootstrap processor's LINT0 is left in ExtINT mode, as PC firmware leaves
   * it.
   */
  void reset() {
    boolean moved = base != resetBase();
    base = resetBase();
    mode = ApicMode.XAPIC;
    clearRegisters();
    virtualWire();
    if (moved) {
      out.pageChanged();
    }
  }

  /** INIT: as power-on, but the base register, with the mode in it, and the APIC ID stay. */
  void init() {
    clearRegisters();
  }

  private void virtualWire() {
    if (bootstrap()) {
      lvt[Lvt.LINT0.ordinal()] = LVT_EXT_INT;
    }
  }

  private void clearRegisters() {
    irr.clear();
    isr.clear();
    tmr.clear();
    errors.reset();
    timer.reset();
    java.util.Arrays.fill(lvt, Lvt.MASKED);
    tpr = 0;
    svr = SVR_RESET;
    dfr = DFR_RESET;
    icr = 0;
    ldr = mode == ApicMode.X2APIC ? derivedLdr() : 0;
  }

  /** x2APIC: cluster in bits 31..16, one bit of 15..0 (11.12.10.2). */
  private int derivedLdr() {
    return id >> 4 << 16 | 1 << (id & 15);
  }

  int id() {
    return id;
  }

  boolean bootstrap() {
    return id == 0;
  }

  ApicMode mode() {
    return mode;
  }

  int ldr() {
    return ldr;
  }

  int dfr() {
    return dfr;
  }

  /** Enabled by the SVR; a disabled one takes only NMI, INIT, SIPI. */
  boolean enabled() {
    return mode != ApicMode.DISABLED && (svr & SVR_ENABLED) != 0;
  }

  /** A few lines of state, for a debugger. */
  String view() {
    String off = enabled() ? "" : " (off by SVR)";
    return "APIC %d  %s%s at %x  TPR %02x  SVR %x  ICR %016x  LDR %x%n  IRR %s%n  ISR %s%n"
        .formatted(id, mode, off, base & ~0xFFFL, tpr, svr, icr, ldr, irr, isr);
  }

  /** True if this 4 KiB page holds the registers now. */
  boolean claims(long paPage) {
    return mode == ApicMode.XAPIC && (base & ~0xFFFL) == paPage;
  }

  // ---- IA32_APIC_BASE

  long base() {
    return base;
  }

  /** False for #GP. */
  boolean base(long value) {
    ApicMode next = ApicMode.of(value);
    if ((value & model.baseReserved()) != 0 || !mode.mayBecome(next)) {
      return false;
    }
    long before = base;
    // The BSP flag follows the vCPU.
    base = value & ~0x100L | before & 0x100;
    ApicMode was = mode;
    mode = next;
    if (next == ApicMode.DISABLED && was != ApicMode.DISABLED) {
      clearRegisters();
    } else if (next == ApicMode.X2APIC && was != ApicMode.X2APIC) {
      ldr = derivedLdr();
      icr &= 0xFFFF_FFFFL;
    }
    if (base != before) {
      out.pageChanged();
      out.signal();
    }
    return true;
  }

  // ---- register access

  /** A 32-bit load from the xAPIC page at a 16-byte-aligned offset. */
  int readPage(int offset) {
    Register r = Register.at(offset >> 4);
    if (r == null || !r.exists(false)) {
      error(ErrorStatus.ILLEGAL_REGISTER);
      return 0;
    }
    return r.readable(false) ? (int) value(r, (offset >> 4) - r.slot) : 0;
  }

  /** A 32-bit store to the xAPIC page; stores to read-only registers change nothing. */
  void writePage(int offset, int value) {
    Register r = Register.at(offset >> 4);
    if (r == null || !r.exists(false)) {
      error(ErrorStatus.ILLEGAL_REGISTER);
    } else if (r.writable(false)) {
      long wide =
          r == Register.ICR ? icr & ~0xFFFF_FFFFL | value & 0xFFFF_FFFFL : value & 0xFFFF_FFFFL;
      store(r, (offset >> 4) - r.slot, wide);
    }
  }

  /** RDMSR 800h + slot; false for #GP. */
  boolean readMsr(int slot, long[] value) {
    Register r = Register.at(slot);
    if (mode != ApicMode.X2APIC || r == null || !r.readable(true)) {
      return false;
    }
    value[0] = value(r, slot - r.slot);
    return true;
  }

  /** WRMSR 800h + slot; false for #GP. */
  boolean writeMsr(int slot, long value) {
    Register r = Register.at(slot);
    if (mode != ApicMode.X2APIC
        || r == null
        || !r.writable(true)
        || (value & ~allowed(r, slot - r.slot)) != 0) {
      return false;
    }
    store(r, slot - r.slot, value);
    return true;
  }

  private long allowed(Register r, int n) {
    return switch (r) {
      case ICR -> 0xFFFF_FFFF_0000_0000L | r.allowed;
      case LVT -> Lvt.values()[n].allowed();
      case SVR -> model.svrWritable();
      default -> r.allowed & 0xFFFF_FFFFL;
    };
  }

  private long value(Register r, int n) {
    boolean x2 = mode == ApicMode.X2APIC;
    long value =
        switch (r) {
          case ID -> x2 ? id : id << 24;
          case VERSION -> model.versionRegister();
          case TPR -> tpr;
          case APR -> arbitrationPriority();
          case PPR -> processorPriority();
          case LDR -> ldr;
          case DFR -> dfr;
          case SVR -> svr;
          case ISR -> isr.register(n);
          case TMR -> tmr.register(n);
          case IRR -> irr.register(n);
          case ESR -> errors.read();
          case ICR -> icr;
          case ICR_HIGH -> icr >>> 32;
          case LVT -> lvt[n];
          case INITIAL_COUNT -> timer.initial();
          case CURRENT_COUNT -> timer.current();
          case DIVIDE -> timer.divide();
          case EOI, RRD, SELF_IPI -> 0;
        };
    return x2 && r == Register.ICR ? value : value & 0xFFFF_FFFFL;
  }

  private void store(Register r, int n, long value) {
    int bits = (int) value & r.writable;
    switch (r) {
      case TPR -> taskPriority(bits);
      case EOI -> endOfInterrupt();
      case LDR -> ldr = bits;
      case DFR -> dfr = bits | 0x0FFF_FFFF;
      case SVR -> spurious((int) value & model.svrWritable());
      case ESR -> errors.write();
      case ICR_HIGH -> icr = icr & 0xFFFF_FFFFL | (long) bits << 32;
      case ICR -> {
        icr = value & (~0xFFFF_FFFFL | r.writable);
        command(new InterruptCommand(icr, mode == ApicMode.X2APIC));
      }
      case LVT -> vectorTable(Lvt.values()[n], (int) value);
      case INITIAL_COUNT -> timer.initial(value & 0xFFFF_FFFFL);
      case DIVIDE -> timer.divide(bits);
      case SELF_IPI -> command(InterruptCommand.self(bits));
      default -> throw new IllegalStateException(r + " has no writable bits");
    }
  }

  private void spurious(int value) {
    svr = value;
    if ((svr & SVR_ENABLED) == 0) {
      // 11.4.7.2: disabling masks every entry, and they cannot be unmasked until it is enabled
      // again.
      for (int i = 0; i < lvt.length; i++) {
        lvt[i] |= Lvt.MASKED;
      }
      timer.configure(lvt[0]);
    }
  }

  private void vectorTable(Lvt entry, int value) {
    int bits = value & entry.writable | ((svr & SVR_ENABLED) == 0 ? Lvt.MASKED : 0);
    lvt[entry.ordinal()] = bits;
    if (entry == Lvt.TIMER) {
      timer.configure(bits);
    } else if (entry == Lvt.LINT0) {
      // The PIC may have been waiting behind the mask.
      out.signal();
    }
  }

  private void command(InterruptCommand command) {
    if (command.mode().vectored() && command.vector() < FIRST_LEGAL_VECTOR) {
      error(ErrorStatus.SEND_ILLEGAL_VECTOR);
    } else {
      out.send(command);
    }
  }

  // ---- interrupts in

  private void error(int bit) {
    if (errors.note(bit)) {
      local(Lvt.ERROR);
    }
  }

  /**
   * A fixed or lowest-priority interrupt.
   *
   * @param from sending local APIC, or null
   * @return false if it was dropped
   */
  boolean accept(int vector, boolean level, LocalApic from) {
    if (!enabled()) {
      return false;
    }
    if (vector < FIRST_LEGAL_VECTOR) {
      error(ErrorStatus.RECEIVE_ILLEGAL_VECTOR);
      return false;
    }
    boolean merged = irr.get(vector);
    irr.set(vector);
    tmr.set(vector, level);
    out.accepted(vector, merged, from);
    if (deliverable() >= 0) {
      out.signal();
    }
    return true;
  }

  /** A local source fires: the timer, an error, an edge on a LINT input, and so on. */
  void local(Lvt source) {
    int entry = lvt[source.ordinal()];
    if (mode == ApicMode.DISABLED || (entry & Lvt.MASKED) != 0) {
      return;
    }
    DeliveryMode how =
        source == Lvt.TIMER || source == Lvt.ERROR ? DeliveryMode.FIXED : DeliveryMode.of(entry);
    switch (how) {
      case FIXED -> accept(entry & 0xFF, false, null);
      case NMI -> out.nmi();
      case INIT -> out.init();
      case EXT_INT -> out.signal();
      case SMI -> out.ignored("smi");
      default -> out.ignored("lvt-reserved-delivery-mode");
    }
  }

  /**
   * True if the PIC's INTR reaches the vCPU: through LINT0 in ExtINT mode, or directly when the
   * APIC is off.
   */
  boolean passesExtInt() {
    if (!bootstrap()) {
      return false;
    }
    int lint0 = lvt[Lvt.LINT0.ordinal()];
    return mode == ApicMode.DISABLED
        || (lint0 & Lvt.MASKED) == 0 && DeliveryMode.of(lint0) == DeliveryMode.EXT_INT;
  }

  // ---- priority and delivery (11.8.3)

  int taskPriority() {
    return tpr;
  }

  void taskPriority(int value) {
    boolean lower = value < tpr;
    tpr = value;
    if (lower && deliverable() >= 0) {
      out.signal();
    }
  }

  int processorPriority() {
    int inService = Math.max(isr.highest(), 0);
    return tpr >> 4 >= inService >> 4 ? tpr : inService & 0xF0;
  }

  private int arbitrationPriority() {
    int requested = Math.max(irr.highest(), 0) >> 4;
    int inService = Math.max(isr.highest(), 0) >> 4;
    if (tpr >> 4 >= requested && tpr >> 4 > inService) {
      return tpr;
    }
    return Math.max(tpr >> 4, Math.max(requested, inService)) << 4;
  }

  /** The vector that the vCPU would be given now, or -1. */
  int deliverable() {
    int vector = irr.highest();
    return vector >= 0 && vector >> 4 > processorPriority() >> 4 && mode != ApicMode.DISABLED
        ? vector
        : -1;
  }

  /** The vCPU takes an interrupt: IRR to ISR; the spurious vector if the request is gone (11.9). */
  int acknowledge() {
    int vector = deliverable();
    if (vector < 0) {
      return svr & 0xFF;
    }
    irr.clear(vector);
    isr.set(vector);
    return vector;
  }

  /** A write to the EOI register. */
  void endOfInterrupt() {
    int vector = isr.highest();
    if (vector < 0) {
      return;
    }
    isr.clear(vector);
    if (tmr.get(vector) && (svr & Register.SVR_SUPPRESS_EOI) == 0) {
      out.endOfLevel(vector);
    }
    if (deliverable() >= 0) {
      out.signal();
    }
  }

  // ---- messages that bypass the IRR

  void nmi() {
    out.nmi();
  }

  void receiveInit() {
    out.init();
  }

  void startup(int vector) {
    out.startup(vector);
  }

  void ignored(String what) {
    out.ignored(what);
  }

  // ---- TSC deadline

  long deadline() {
    return timer.deadline();
  }

  void deadline(long tsc) {
    timer.deadline(tsc);
  }

  @Override
  public void save(StateWriter to) {
    parts().forEach(to::put);
    to.putInts(lvt);
    to.putLongs(new long[] {base, icr, mode.ordinal(), tpr, ldr, dfr, svr});
  }

  @Override
  public void load(StateReader from) {
    parts().forEach(from::get);
    from.getInts(lvt);
    long[] values = from.getLongs();
    base = values[0];
    icr = values[1];
    mode = ApicMode.values()[(int) values[2]];
    tpr = (int) values[3];
    ldr = (int) values[4];
    dfr = (int) values[5];
    svr = (int) values[6];
  }

  private List<Stateful> parts() {
    return List.of(timer, irr, isr, tmr, errors);
  }
}
