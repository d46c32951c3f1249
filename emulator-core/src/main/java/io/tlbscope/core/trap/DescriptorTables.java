package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.vcpu.Processor;

/**
 * Lookups in the GDT, LDT and IDT (Intel SDM vol. 3A, 2.4 and 3.5.1). Accesses are the processor's
 * own: supervisor.
 */
public final class DescriptorTables {
  private DescriptorTables() {}

  /**
   * Reads the descriptor that {@code selector} names, 8 bytes.
   *
   * @param vector exception to raise when it lies outside its table, with the selector as error
   *     code
   * @param ext bit 0 of that error code
   */
  public static Descriptor read(Processor cpu, int selector, int vector, int ext) {
    return find(cpu, selector, vector, ext, 8);
  }

  /** As {@link #read}, but system descriptors of long mode have 16 bytes and are read whole. */
  public static Descriptor readSystem(Processor cpu, int selector, int vector, int ext) {
    return find(cpu, selector, vector, ext, cpu.s.longModeActive() ? 16 : 8);
  }

  /**
   * True if the 8-byte descriptor lies in its table; LAR, LSL, VERR and VERW ask instead of
   * faulting.
   */
  public static boolean inTable(CpuState s, int selector) {
    return inTable(s, selector, 8);
  }

  private static boolean inTable(CpuState s, int selector, int bytes) {
    int last = (selector & 0xFFF8) + bytes - 1;
    return (selector & 4) == 0 ? last <= s.gdtLimit : !s.ldtr.isNull() && last <= s.ldtr.limit;
  }

  private static Descriptor find(Processor cpu, int selector, int vector, int ext, int bytes) {
    CpuState s = cpu.s;
    if (!inTable(s, selector, bytes)) {
      throw cpu.fault.with(vector, selector & 0xFFFC | ext);
    }
    long va = linear(s, ((selector & 4) == 0 ? s.gdtBase : s.ldtr.base) + (selector & 0xFFF8));
    long low = cpu.mmu.loadSystem(va, 8);
    long high = bytes == 16 ? cpu.mmu.loadSystem(va + 8, 8) : 0;
    return new Descriptor(selector, va, low, high);
  }

  /** Reads the gate of {@code vector} in the IDT; #GP with the IDT bit when it lies outside. */
  static Descriptor gate(Processor cpu, int vector, int ext) {
    CpuState s = cpu.s;
    int bytes = s.longModeActive() ? 16 : 8;
    if (vector * bytes + bytes - 1 > s.idtLimit) {
      throw cpu.fault.with(io.tlbscope.core.cpu.GuestFault.GP, gateError(vector, ext));
    }
    long va = linear(s, s.idtBase + (long) vector * bytes);
    long low = cpu.mmu.loadSystem(va, 8);
    return new Descriptor(0, va, low, bytes == 16 ? cpu.mmu.loadSystem(va + 8, 8) : 0);
  }

  /** Error code that names an IDT entry (Intel SDM vol. 3A, 6.13). */
  static int gateError(int vector, int ext) {
    return vector << 3 | 2 | ext;
  }

  /**
   * Sets the accessed bit of a code or data descriptor in memory, as loading a segment register
   * does.
   */
  public static void setAccessed(Processor cpu, Descriptor descriptor) {
    if ((descriptor.type() & 1) == 0) {
      cpu.storeLocked(descriptor.va() + 5, 1, descriptor.low() >>> 40 & 0xFF | 1);
    }
  }

  /** Sets or clears the busy bit of a TSS descriptor. */
  public static void setBusy(Processor cpu, Descriptor descriptor) {
    cpu.storeLocked(descriptor.va() + 5, 1, descriptor.low() >>> 40 & 0xFF | 2);
  }

  /** Linear addresses have 32 bits outside IA-32e mode. */
  public static long linear(CpuState s, long va) {
    return s.longModeActive() ? va : va & 0xFFFF_FFFFL;
  }
}
