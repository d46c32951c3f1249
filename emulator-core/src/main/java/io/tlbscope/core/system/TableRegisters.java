package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.trap.Descriptor;
import io.tlbscope.core.trap.DescriptorTables;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** LGDT, LIDT, SGDT, SIDT, LLDT, LTR, SLDT, STR (Intel SDM vol. 3A, 2.4). */
final class TableRegisters {
  private TableRegisters() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.SGDT, (cpu, in) -> store(cpu, in, cpu.s.gdtLimit, cpu.s.gdtBase));
    table.put(Mnemonic.SIDT, (cpu, in) -> store(cpu, in, cpu.s.idtLimit, cpu.s.idtBase));
    table.put(Mnemonic.LGDT, (cpu, in) -> load(cpu, in, false));
    table.put(Mnemonic.LIDT, (cpu, in) -> load(cpu, in, true));
    table.put(Mnemonic.LLDT, TableRegisters::lldt);
    table.put(Mnemonic.LTR, TableRegisters::ltr);
    table.put(Mnemonic.SLDT, (cpu, in) -> selector(cpu, in, cpu.s.ldtr));
    table.put(Mnemonic.STR, (cpu, in) -> selector(cpu, in, cpu.s.tr));
  }

  private static void store(Processor cpu, Instruction in, int limit, long base) {
    Checks.umip(cpu);
    Operand.Memory m = (Operand.Memory) in.operand(0);
    int bytes = Checks.is64(in) ? 8 : 4;
    long limitVa = Operands.linear(cpu, in, m, 0, 2, true);
    long baseVa = Operands.linear(cpu, in, m, 2, bytes, true);
    cpu.mmu.probeWrite(baseVa, bytes);
    Operands.store(cpu, limitVa, 2, limit);
    Operands.store(cpu, baseVa, bytes, base);
  }

  private static void load(Processor cpu, Instruction in, boolean idt) {
    Checks.privileged(cpu);
    Operand.Memory m = (Operand.Memory) in.operand(0);
    int bytes = Checks.is64(in) ? 8 : 4;
    int limit = (int) Operands.load(cpu, Operands.linear(cpu, in, m, 0, 2, false), 2);
    long base = Operands.load(cpu, Operands.linear(cpu, in, m, 2, bytes, false), bytes);
    if (bytes == 8) {
      Checks.canonicalBase(cpu, base);
    } else if (in.operandBits() == 16) {
      base &= 0xFF_FFFF;
    }
    if (idt) {
      cpu.s.idtBase = base;
      cpu.s.idtLimit = limit;
    } else {
      cpu.s.gdtBase = base;
      cpu.s.gdtLimit = limit;
    }
  }

  private static void lldt(Processor cpu, Instruction in) {
    Checks.protectedMode(cpu);
    Checks.privileged(cpu);
    int selector = (int) Operands.read(cpu, in, 0) & 0xFFFF;
    Segment ldtr = cpu.s.ldtr;
    if ((selector & 0xFFFC) == 0) {
      ldtr.selector = selector;
      ldtr.attributes = 0;
      return;
    }
    set(ldtr, system(cpu, selector, Descriptor.LDT, Descriptor.LDT), selector);
  }

  private static void ltr(Processor cpu, Instruction in) {
    Checks.protectedMode(cpu);
    Checks.privileged(cpu);
    int selector = (int) Operands.read(cpu, in, 0) & 0xFFFF;
    if ((selector & 0xFFFC) == 0) {
      throw Checks.gp(cpu);
    }
    boolean wideOnly = cpu.s.longModeActive();
    Descriptor d =
        system(cpu, selector, Descriptor.TSS, wideOnly ? Descriptor.TSS : Descriptor.TSS16);
    DescriptorTables.setBusy(cpu, d);
    set(cpu.s.tr, d, selector);
    cpu.s.tr.attributes |= 2;
  }

  /** A present system descriptor of one of two types from the GDT. */
  private static Descriptor system(Processor cpu, int selector, int type, int otherType) {
    int error = selector & 0xFFFC;
    if ((selector & 4) != 0) {
      throw cpu.fault.with(GuestFault.GP, error);
    }
    Descriptor d = DescriptorTables.readSystem(cpu, selector, GuestFault.GP, 0);
    boolean upperTypeZero = (d.high() >>> 40 & 0x1F) == 0;
    if (d.memory() || d.type() != type && d.type() != otherType || !upperTypeZero) {
      throw cpu.fault.with(GuestFault.GP, error);
    }
    if (!d.present()) {
      throw cpu.fault.with(GuestFault.NP, error);
    }
    if (!Checks.canonicalBase(cpu.s, d.base())) {
      throw cpu.fault.with(GuestFault.GP, error);
    }
    return d;
  }

  private static void set(Segment target, Descriptor d, int selector) {
    target.selector = selector;
    target.base = d.base();
    target.limit = d.limit();
    target.attributes = d.attributes();
  }

  private static void selector(Processor cpu, Instruction in, Segment segment) {
    Checks.protectedMode(cpu);
    Checks.umip(cpu);
    Operands.write(cpu, in, 0, segment.selector);
  }

  /** TR and LDTR as reset leaves them count as loaded; used by checks that need a TSS. */
  static boolean hasTss32(CpuState s) {
    return s.tr.present() && (s.tr.attributes & 0x1D) == Descriptor.TSS;
  }
}
