package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.vcpu.Processor;

/**
 * Frames on the stack segment: address, limit and pointer width rules (Intel SDM vol. 3A, 6.2; vol.
 * 1, 6.2.5).
 */
public final class Stacks {
  private static final int RSP = 4;

  private Stacks() {}

  /** Mask of the stack pointer: SP, ESP or RSP. */
  public static long mask(CpuState s) {
    if (s.code64()) {
      return -1;
    }
    return s.segments[Segment.SS].big() ? 0xFFFF_FFFFL : 0xFFFF;
  }

  /** Puts the bits of {@code sp} that count into RSP; 64 and 32 bits replace it, 16 bits merge. */
  public static void pointer(CpuState s, long sp) {
    long mask = mask(s);
    s.r[RSP] = mask == 0xFFFF ? s.r[RSP] & ~0xFFFFL | sp & 0xFFFF : sp & mask;
  }

  /**
   * Linear address of a frame of {@code bytes} about to be pushed on the current stack; #SS(ext)
   * when it does not fit.
   */
  public static long push(Processor cpu, int bytes, int ext) {
    CpuState s = cpu.s;
    Segment ss = s.segments[Segment.SS];
    if (s.code64()) {
      long va = s.r[RSP] - bytes;
      if (!s.canonical(va)) {
        throw cpu.fault.with(GuestFault.SS, ext);
      }
      return va;
    }
    return below(cpu, ss.base, ss.limit, ss.attributes, s.r[RSP], bytes, ext);
  }

  /**
   * Linear address of {@code bytes} at {@code plus} above the stack pointer; #SS(0) when they lie
   * outside.
   */
  public static long peek(Processor cpu, int plus, int bytes) {
    CpuState s = cpu.s;
    Segment ss = s.segments[Segment.SS];
    long offset = s.r[RSP] + plus & mask(s);
    if (s.code64()) {
      if (!s.canonical(offset) || !s.canonical(offset + bytes - 1)) {
        throw cpu.fault.with(GuestFault.SS, 0);
      }
      return offset;
    }
    if (!fits(ss.limit, ss.attributes, offset, bytes)) {
      throw cpu.fault.with(GuestFault.SS, 0);
    }
    return ss.base + offset & 0xFFFF_FFFFL;
  }

  static long below(
      Processor cpu, long base, long limit, int attributes, long sp, int bytes, int error) {
    long offset = sp - bytes & ((attributes & 0x4000) != 0 ? 0xFFFF_FFFFL : 0xFFFF);
    if (!fits(limit, attributes, offset, bytes)) {
      throw cpu.fault.with(GuestFault.SS, error);
    }
    return base + offset & 0xFFFF_FFFFL;
  }

  private static boolean fits(long limit, int attributes, long offset, int bytes) {
    long last = offset + bytes - 1;
    boolean expandDown = (attributes & 0xC) == 4;
    return expandDown
        ? offset > limit && last <= ((attributes & 0x4000) != 0 ? 0xFFFF_FFFFL : 0xFFFF)
        : last <= limit;
  }

  /**
   * Writes a frame upwards from {@code va}, lowest value first.
   *
   * @param inner true when the stack belongs to a more privileged level than the current one
   */
  public static void write(Processor cpu, long va, int size, boolean inner, long... values) {
    for (int i = values.length - 1; i >= 0; i--) {
      long at = va + (long) i * size;
      if (inner) {
        cpu.mmu.storeSystem(at, size, values[i]);
      } else if (size == 8) {
        cpu.mmu.store64(at, values[i]);
      } else if (size == 4) {
        cpu.mmu.store32(at, values[i]);
      } else {
        cpu.mmu.store16(at, values[i]);
      }
    }
  }

  /** Reads 2, 4 or 8 bytes of the current stack at {@code va}. */
  public static long read(Processor cpu, long va, int size) {
    return switch (size) {
      case 8 -> cpu.mmu.load64(va);
      case 4 -> cpu.mmu.load32(va) & 0xFFFF_FFFFL;
      default -> cpu.mmu.load16(va) & 0xFFFF;
    };
  }
}
