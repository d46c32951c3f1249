package io.tlbscope.core.testing;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.device.PortBus;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.isa.RegisterFile;
import io.tlbscope.core.system.Helper;
import io.tlbscope.core.system.Helpers;
import io.tlbscope.core.trap.Descriptor;
import io.tlbscope.core.trap.Reset;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine without devices and engine, for helpers and trap delivery.
 *
 * <pre>
 *   01000 GDT   02000 IDT   03000 TSS   05000 PML4, PDPT, PD, PT: the 1 MiB of RAM, identity, user, 4 KiB pages
 *   10000 kernel code   20000 kernel stack's top   30000 TSS stack 0's top   38000 IST 1's top
 *   40000 user code     50000 user stack's top     60000 data
 * </pre>
 */
public final class TestMachine implements MachineControl, AutoCloseable {
  public static final int GDT = 0x1000, IDT = 0x2000, TSS = 0x3000, PML4 = 0x5000, PT = 0x8000;
  public static final int CODE = 0x10000, STACK = 0x20000, STACK0 = 0x30000, IST1 = 0x38000;
  public static final int USER_CODE = 0x40000, USER_STACK = 0x50000, DATA = 0x60000;

  /** Selectors of the GDT that {@link #tables} lays out. */
  public static final int CODE32 = 0x08,
      CODE64 = 0x10,
      DATA0 = 0x18,
      USER32 = 0x23,
      USER_DATA = 0x2B,
      USER64 = 0x33,
      TSS_SELECTOR = 0x38,
      CODE_ABSENT = 0x48,
      DATA_ABSENT = 0x50,
      CONFORMING = 0x58,
      DATA_READ_ONLY = 0x60,
      CODE16 = 0x68,
      SPARE = 0x70,
      GDT_LIMIT = 0x7F;

  private static final int LENGTH = 3;

  public final TestMemory memory = new TestMemory();
  public final List<Processor> cpus = new ArrayList<>();
  public final Processor cpu;
  public final CpuState s;
  public long now;
  public boolean picOutput;
  public int picVector = 0x20;

  /** The last value written to any port, and what reads give. */
  public int portValue;

  public TestMachine() {
    this(1);
  }

  public TestMachine(int count) {
    for (int i = 0; i < count; i++) {
      Processor p = new Processor(i, this, new CpuState(), new Ports());
      p.mmu = memory.mmuFor(p);
      Reset.powerOn(p);
      cpus.add(p);
    }
    cpu = cpus.getFirst();
    s = cpu.s;
  }

  private final class Ports implements PortBus {
    @Override
    public int read(int port, int size) {
      return portValue;
    }

    @Override
    public void write(int port, int size, int value) {
      portValue = value;
    }
  }

  // Modes

  /** Real-address mode: CS = 1000h, IP = 100h, stack at 2000:0000. */
  public TestMachine real() {
    for (int i = 0; i < 6; i++) {
      segment(
          i,
          i == Segment.CS ? 0x1000 : 0x2000,
          i == Segment.CS ? 0x10000 : 0x20000,
          0xFFFF,
          i == Segment.CS ? 0x9B : 0x93);
    }
    s.idtLimit = 0x3FF;
    s.r[4] = 0x8000;
    s.rip = 0x100;
    s.refreshSegmentBases();
    return this;
  }

  /** 32-bit protected mode without paging, CPL 0. */
  public TestMachine protected32() {
    tables(false);
    s.cr0 = CpuState.CR0_PE | CpuState.CR0_ET | CpuState.CR0_NE;
    flat(CODE32, DATA0, 0);
    return this;
  }

  /** 64-bit mode, CPL 0. */
  public TestMachine long64() {
    tables(true);
    pageTables();
    s.cr4 = CpuState.CR4_PAE | CpuState.CR4_PGE | CpuState.CR4_OSFXSR;
    s.cr3 = PML4;
    s.efer = CpuState.EFER_LME | CpuState.EFER_LMA | CpuState.EFER_SCE | CpuState.EFER_NXE;
    s.cr0 = CpuState.CR0_PG | CpuState.CR0_PE | CpuState.CR0_ET | CpuState.CR0_NE | CpuState.CR0_WP;
    flat(CODE64, DATA0, 0);
    return this;
  }

  /** Goes to CPL 3 of the mode in force: user code and stack. */
  public TestMachine user() {
    flat(s.longModeActive() ? USER64 : USER32, USER_DATA, 3);
    s.rip = USER_CODE;
    s.r[4] = USER_STACK;
    return this;
  }

  /** Goes to 32-bit code inside long mode. */
  public TestMachine compatibility(int cpl) {
    flat(cpl == 0 ? CODE32 : USER32, cpl == 0 ? DATA0 : USER_DATA, cpl);
    return this;
  }

  private void flat(int cs, int data, int cpl) {
    for (int i = 0; i < 6; i++) {
      new Descriptor(0, 0, memory.read(GDT + ((i == Segment.CS ? cs : data) & ~7), 8), 0)
          .into(s, i, i == Segment.CS ? cs : data);
    }
    s.cpl = cpl;
    s.rip = CODE;
    s.r[4] = STACK;
    s.refreshSegmentBases();
    cpu.mmu.controlWritten(0, 0, s.cr0);
    cpu.mmu.modeChanged();
  }

  private void segment(int n, int selector, long base, long limit, int attributes) {
    Segment target = s.segments[n];
    target.selector = selector;
    target.base = base;
    target.limit = limit;
    target.attributes = attributes;
  }

  private void tables(boolean wide) {
    descriptor(CODE32, 0x00CF_9B00_0000_FFFFL);
    descriptor(CODE64, 0x00AF_9B00_0000_FFFFL);
    descriptor(DATA0, 0x00CF_9300_0000_FFFFL);
    descriptor(USER32, 0x00CF_FB00_0000_FFFFL);
    descriptor(USER_DATA, 0x00CF_F300_0000_FFFFL);
    descriptor(USER64, 0x00AF_FB00_0000_FFFFL);
    descriptor(TSS_SELECTOR, 0x0000_8B00_0000_0067L | (long) TSS << 16);
    descriptor(TSS_SELECTOR + 8, 0);
    descriptor(CODE_ABSENT, 0x00AF_1B00_0000_FFFFL);
    descriptor(DATA_ABSENT, 0x00CF_1300_0000_FFFFL);
    descriptor(CONFORMING, wide ? 0x00AF_9F00_0000_FFFFL : 0x00CF_9F00_0000_FFFFL);
    descriptor(DATA_READ_ONLY, 0x00CF_9100_0000_FFFFL);
    descriptor(CODE16, 0x0000_9B00_0000_FFFFL);
    s.gdtBase = GDT;
    s.gdtLimit = GDT_LIMIT;
    s.idtBase = IDT;
    s.idtLimit = wide ? 0xFFF : 0x7FF;
    s.tr.selector = TSS_SELECTOR;
    s.tr.base = TSS;
    s.tr.limit = 0x67;
    s.tr.attributes = 0x8B;
    if (wide) {
      memory.write(TSS + 4, 8, STACK0);
      memory.write(TSS + 0x24, 8, IST1);
    } else {
      memory.write(TSS + 4, 4, STACK0);
      memory.write(TSS + 8, 4, DATA0);
    }
    memory.write(TSS + 0x66, 2, 0x68);
  }

  private void pageTables() {
    for (int level = 0; level < 3; level++) {
      memory.write(PML4 + level * 0x1000, 8, PML4 + (level + 1) * 0x1000 | 7);
    }
    for (int page = 0; page < 256; page++) {
      memory.write(PT + page * 8L, 8, (long) page << 12 | 7);
    }
  }

  /** Makes the page not present (long mode only). */
  public void unmap(long va) {
    memory.write(PT + (va >>> 12) * 8, 8, 0);
    cpu.mmu.invlpg(va);
  }

  /** Writes a GDT entry. */
  public void descriptor(int selector, long value) {
    memory.write(GDT + (selector & ~7), 8, value);
  }

  /** A present 64-bit gate; type 14 interrupt, 15 trap. */
  public void gate64(int vector, int type, int dpl, int ist, long offset) {
    long low =
        offset & 0xFFFF
            | (long) CODE64 << 16
            | (long) ist << 32
            | (0x80L | dpl << 5 | type) << 40
            | (offset >>> 16 & 0xFFFF) << 48;
    memory.write(IDT + vector * 16L, 8, low);
    memory.write(IDT + vector * 16L + 8, 8, offset >>> 32);
  }

  /** A present 32- or 16-bit gate. */
  public void gate32(int vector, int type, int dpl, int selector, long offset) {
    long low =
        offset & 0xFFFF
            | (long) selector << 16
            | (0x80L | dpl << 5 | type) << 40
            | offset >>> 16 << 48;
    memory.write(IDT + vector * 8L, 8, low);
  }

  // Running one instruction

  /**
   * Runs a helper; gives "ok" or the fault as the manual writes it: {@code #GP(0)}, {@code #UD}.
   */
  public String exec(Mnemonic mnemonic, int operandBits, Operand... operands) {
    CodeMode mode =
        s.code64()
            ? CodeMode.BITS64
            : s.segments[Segment.CS].big() ? CodeMode.BITS32 : CodeMode.BITS16;
    int addressBits = mode == CodeMode.BITS64 ? 64 : mode == CodeMode.BITS32 ? 32 : 16;
    return exec(
        new Instruction(
            mnemonic,
            LENGTH,
            mode,
            operandBits,
            addressBits,
            -1,
            false,
            Instruction.Repeat.NONE,
            List.of(operands)));
  }

  public String exec(Instruction in) {
    Helper helper = Helpers.find(in);
    if (helper == null) {
      throw new AssertionError("no helper for " + in.mnemonic());
    }
    cpu.nextRip = s.rip + in.length();
    try {
      helper.run(cpu, in);
    } catch (GuestFault fault) {
      return name(fault);
    }
    s.rip = cpu.nextRip;
    return "ok";
  }

  private static String name(GuestFault fault) {
    String name =
        List.of(
                "DE", "DB", "NMI", "BP", "OF", "BR", "UD", "NM", "DF", "09", "TS", "NP", "SS", "GP",
                "PF", "0F", "MF", "AC")
            .get(fault.vector());
    return "#"
        + name
        + (fault.hasErrorCode() ? "(" + Integer.toHexString(fault.errorCode()) + ")" : "");
  }

  public static Operand.Register gpr(int number, int bits) {
    return new Operand.Register(RegisterFile.GENERAL, number, bits, false);
  }

  public static Operand.Register register(RegisterFile file, int number, int bits) {
    return new Operand.Register(file, number, bits, false);
  }

  /** DS:disp. */
  public static Operand.Memory at(long displacement, int bits) {
    return new Operand.Memory(Segment.DS, -1, -1, 0, displacement, false, bits);
  }

  public static Operand.Immediate imm(long value) {
    return new Operand.Immediate(value, 8);
  }

  /** {@code n} values of {@code size} bytes from the address up. */
  public long[] frame(long pa, int size, int n) {
    long[] values = new long[n];
    for (int i = 0; i < n; i++) {
      values[i] = memory.read(pa + (long) i * size, size);
    }
    return values;
  }

  // MachineControl

  @Override
  public int vcpuCount() {
    return cpus.size();
  }

  @Override
  public Vcpu vcpu(int index) {
    return cpus.get(index);
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public PhysicalAccess physical() {
    return memory.physical();
  }

  @Override
  public long schedule(long deadline, Runnable action) {
    throw new UnsupportedOperationException("no timers here");
  }

  @Override
  public void restore(long deadline, long handle, Runnable action) {
    throw new UnsupportedOperationException("no timers here");
  }

  @Override
  public void cancel(long handle) {}

  @Override
  public <T> T plugin(Class<T> type) {
    return null;
  }

  @Override
  public void stop(String reason) {
    throw new AssertionError(reason);
  }

  @Override
  public boolean picOutput() {
    return picOutput;
  }

  @Override
  public int picAcknowledge() {
    picOutput = false;
    return picVector;
  }

  @Override
  public void close() {
    memory.close();
  }
}
