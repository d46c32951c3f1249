package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.isa.RegisterFile;
import io.tlbscope.core.vcpu.Processor;

/**
 * Reads and writes the operands of a decoded instruction for helpers. Values are zero-extended to
 * 64 bits.
 */
public final class Operands {
  private Operands() {}

  /** Value of operand {@code n}: a general register, memory of 8 to 64 bits or an immediate. */
  public static long read(Processor cpu, Instruction in, int n) {
    Operand operand = in.operand(n);
    return switch (operand) {
      case Operand.Register reg -> readRegister(cpu, reg);
      case Operand.Memory mem ->
          load(cpu, linear(cpu, in, mem, 0, mem.bits() / 8, false), mem.bits() / 8);
      case Operand.Immediate imm -> imm.value();
      case Operand.Relative rel -> rel.displacement();
      case Operand.FarPointer far -> far.offset();
    };
  }

  /**
   * Writes operand {@code n}, a general register (32-bit writes clear the upper half) or memory.
   */
  public static void write(Processor cpu, Instruction in, int n, long value) {
    switch (in.operand(n)) {
      case Operand.Register reg -> writeRegister(cpu, reg, value);
      case Operand.Memory mem ->
          store(cpu, linear(cpu, in, mem, 0, mem.bits() / 8, true), mem.bits() / 8, value);
      default ->
          throw new IllegalArgumentException(
              "operand " + n + " of " + in.mnemonic() + " cannot be written");
    }
  }

  /** Value of a general or segment register. */
  public static long readRegister(Processor cpu, Operand.Register reg) {
    if (reg.file() == RegisterFile.SEGMENT) {
      return cpu.s.segments[reg.number()].selector;
    }
    long value = cpu.r[reg.number()];
    return switch (reg.bits()) {
      case 8 -> reg.highByte() ? value >>> 8 & 0xFF : value & 0xFF;
      case 16 -> value & 0xFFFF;
      case 32 -> value & 0xFFFF_FFFFL;
      default -> value;
    };
  }

  /** Writes a general register: 8 and 16 bits merge, 32 bits clear the upper half. */
  public static void writeRegister(Processor cpu, Operand.Register reg, long value) {
    int n = reg.number();
    long old = cpu.r[n];
    cpu.r[n] =
        switch (reg.bits()) {
          case 8 ->
              reg.highByte() ? old & ~0xFF00L | (value & 0xFF) << 8 : old & ~0xFFL | value & 0xFF;
          case 16 -> old & ~0xFFFFL | value & 0xFFFF;
          case 32 -> value & 0xFFFF_FFFFL;
          default -> value;
        };
  }

  /** Effective address (offset in the segment), truncated to the address size. */
  public static long effective(Processor cpu, Instruction in, Operand.Memory mem) {
    long offset = mem.displacement();
    if (mem.ripRelative()) {
      offset += cpu.s.rip + in.length();
    }
    if (mem.base() >= 0) {
      offset += cpu.r[mem.base()];
    }
    if (mem.index() >= 0) {
      offset += cpu.r[mem.index()] << mem.scale();
    }
    return truncate(offset, in.addressBits());
  }

  /** Keeps the low {@code bits} (16, 32 or 64). */
  public static long truncate(long value, int bits) {
    return bits == 64 ? value : value & (1L << bits) - 1;
  }

  /**
   * Linear address of {@code bytes} bytes at the operand plus {@code plus}, segment checks made.
   */
  public static long linear(
      Processor cpu, Instruction in, Operand.Memory mem, long plus, int bytes, boolean write) {
    return linear(
        cpu,
        mem.segment(),
        truncate(effective(cpu, in, mem) + plus, in.addressBits()),
        bytes,
        write);
  }

  /**
   * Linear address of {@code segment:offset}. Outside 64-bit code the segment must be usable, of
   * the right type and wide enough: #GP(0), or #SS(0) through SS (Intel SDM vol. 3A, 5.3 and 5.5).
   */
  public static long linear(Processor cpu, int segment, long offset, int bytes, boolean write) {
    CpuState s = cpu.s;
    Segment seg = s.segments[segment];
    int vector = segment == Segment.SS ? GuestFault.SS : GuestFault.GP;
    if (s.code64()) {
      long va = segment >= Segment.FS ? seg.base + offset : offset;
      if (!s.canonical(va) || !s.canonical(va + bytes - 1)) {
        throw cpu.fault.with(vector, 0);
      }
      return va;
    }
    if (s.protectedMode() && !s.virtual8086() && !permits(seg, segment, write)
        || !within(seg, offset, bytes)) {
      throw cpu.fault.with(vector, 0);
    }
    return seg.base + offset & 0xFFFF_FFFFL;
  }

  private static boolean permits(Segment seg, int segment, boolean write) {
    if (segment != Segment.CS && seg.isNull() || !seg.present()) {
      return false;
    }
    boolean code = (seg.attributes & 8) != 0;
    boolean bit1 = (seg.attributes & 2) != 0;
    return write ? !code && bit1 : !code || bit1;
  }

  private static boolean within(Segment seg, long offset, int bytes) {
    long last = offset + bytes - 1;
    boolean expandDown = (seg.attributes & 0xC) == 4;
    return expandDown
        ? offset > seg.limit && last <= (seg.big() ? 0xFFFF_FFFFL : 0xFFFF)
        : last <= seg.limit;
  }

  /** Loads 1, 2, 4 or 8 bytes at the current privilege level. */
  public static long load(Processor cpu, long va, int bytes) {
    return switch (bytes) {
      case 1 -> cpu.mmu.load8(va) & 0xFF;
      case 2 -> cpu.mmu.load16(va) & 0xFFFF;
      case 4 -> cpu.mmu.load32(va) & 0xFFFF_FFFFL;
      case 8 -> cpu.mmu.load64(va);
      default -> throw new IllegalArgumentException("load of " + bytes + " bytes");
    };
  }

  /** Stores 1, 2, 4 or 8 bytes at the current privilege level. */
  public static void store(Processor cpu, long va, int bytes, long value) {
    switch (bytes) {
      case 1 -> cpu.mmu.store8(va, value & 0xFF);
      case 2 -> cpu.mmu.store16(va, value & 0xFFFF);
      case 4 -> cpu.mmu.store32(va, value & 0xFFFF_FFFFL);
      case 8 -> cpu.mmu.store64(va, value);
      default -> throw new IllegalArgumentException("store of " + bytes + " bytes");
    }
  }
}
