package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.isa.RegisterFile;
import io.tlbscope.core.trap.Descriptor;
import io.tlbscope.core.trap.DescriptorTables;
import io.tlbscope.core.trap.Segments;
import io.tlbscope.core.trap.Stacks;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * MOV, PUSH and POP of segment registers, LDS, LES, LSS, LFS, LGS (Intel SDM vol. 2B, MOV; vol. 3A,
 * 5.4 to 5.6).
 */
final class SegmentRegisters {
  private SegmentRegisters() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.LES, (cpu, in) -> loadFar(cpu, in, Segment.ES));
    table.put(Mnemonic.LDS, (cpu, in) -> loadFar(cpu, in, Segment.DS));
    table.put(Mnemonic.LSS, (cpu, in) -> loadFar(cpu, in, Segment.SS));
    table.put(Mnemonic.LFS, (cpu, in) -> loadFar(cpu, in, Segment.FS));
    table.put(Mnemonic.LGS, (cpu, in) -> loadFar(cpu, in, Segment.GS));
  }

  /** MOV Sreg, r/m16. */
  static void write(Processor cpu, Instruction in) {
    int segment = number(in, 0);
    load(cpu, segment, source(cpu, in) & 0xFFFF);
    shadow(cpu, segment);
  }

  private static int source(Processor cpu, Instruction in) {
    return (int)
        switch (in.operand(1)) {
          case Operand.Memory m -> Operands.load(cpu, Operands.linear(cpu, in, m, 0, 2, false), 2);
          default -> Operands.read(cpu, in, 1);
        };
  }

  /** MOV r/m, Sreg: 16 bits in memory, zero-extended in a register. */
  static void read(Processor cpu, Instruction in) {
    int selector = cpu.s.segments[number(in, 1)].selector;
    if (in.operand(0) instanceof Operand.Memory m) {
      Operands.store(cpu, Operands.linear(cpu, in, m, 0, 2, true), 2, selector);
    } else {
      Operands.write(cpu, in, 0, selector);
    }
  }

  /** POP Sreg. */
  static void pop(Processor cpu, Instruction in) {
    int bytes = in.operandBits() / 8;
    int segment = number(in, 0);
    long mask = Stacks.mask(cpu.s);
    int selector = (int) Stacks.read(cpu, Stacks.peek(cpu, 0, bytes), bytes) & 0xFFFF;
    load(cpu, segment, selector);
    // POP SS changes which pointer width counts, but the pop itself used the old one.
    long sp = cpu.r[4] + bytes;
    cpu.r[4] = mask == 0xFFFF ? cpu.r[4] & ~0xFFFFL | sp & 0xFFFF : sp & mask;
    shadow(cpu, segment);
  }

  /** PUSH Sreg: the selector, zero-extended to the operand size. */
  static void push(Processor cpu, Instruction in) {
    int bytes = in.operandBits() / 8;
    Operands.store(cpu, Stacks.push(cpu, bytes, 0), bytes, cpu.s.segments[number(in, 0)].selector);
    Stacks.pointer(cpu.s, cpu.r[4] - bytes);
  }

  private static int number(Instruction in, int operand) {
    return ((Operand.Register) in.operand(operand)).number();
  }

  static boolean isSegment(Operand operand) {
    return operand instanceof Operand.Register r && r.file() == RegisterFile.SEGMENT;
  }

  /** MOV SS and POP SS hold interrupts off for one instruction (Intel SDM vol. 3A, 6.8.3). */
  private static void shadow(Processor cpu, int segment) {
    if (segment == Segment.SS) {
      cpu.s.interruptShadow = cpu.s.debugShadow = true;
      cpu.leaveBlock = true;
    }
  }

  private static void loadFar(Processor cpu, Instruction in, int segment) {
    Operand.Memory m = (Operand.Memory) in.operand(1);
    int bytes = in.operandBits() / 8;
    long offset = Operands.load(cpu, Operands.linear(cpu, in, m, 0, bytes, false), bytes);
    int selector = (int) Operands.load(cpu, Operands.linear(cpu, in, m, bytes, 2, false), 2);
    load(cpu, segment, selector);
    Operands.write(cpu, in, 0, offset);
  }

  /** Loads a data segment register with all checks; CS raises #UD. */
  static void load(Processor cpu, int segment, int selector) {
    CpuState s = cpu.s;
    if (segment == Segment.CS) {
      throw Checks.ud(cpu);
    }
    if (!s.protectedMode() || s.virtual8086()) {
      Segments.loadReal(s, segment, selector);
      return;
    }
    if ((selector & 0xFFFC) == 0) {
      if (segment == Segment.SS && !(s.code64() && s.cpl < 3 && selector == s.cpl)) {
        throw Checks.gp(cpu);
      }
      Segments.loadNull(s, segment, selector);
      return;
    }
    Descriptor d = DescriptorTables.read(cpu, selector, GuestFault.GP, 0);
    int rpl = selector & 3;
    boolean allowed =
        segment == Segment.SS
            ? d.writableData() && rpl == s.cpl && d.dpl() == s.cpl
            : d.memory() && d.readable() && (d.conforming() || rpl <= d.dpl() && s.cpl <= d.dpl());
    if (!allowed) {
      throw cpu.fault.with(GuestFault.GP, selector & 0xFFFC);
    }
    if (!d.present()) {
      throw cpu.fault.with(
          segment == Segment.SS ? GuestFault.SS : GuestFault.NP, selector & 0xFFFC);
    }
    DescriptorTables.setAccessed(cpu, d);
    d.into(s, segment, selector);
    s.refreshSegmentBases();
  }
}
