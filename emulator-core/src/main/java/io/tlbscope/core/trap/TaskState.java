package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.vcpu.Processor;

/**
 * What the processor reads from the TSS on a change of privilege level (Intel SDM vol. 3A, 7.2.1
 * and 7.7).
 */
public final class TaskState {
  private TaskState() {}

  /** RSP for privilege level 0..2 from a 64-bit TSS. */
  public static long rsp(Processor cpu, int level, int ext) {
    return stack64(cpu, 4 + 8 * level, ext);
  }

  /** RSP from interrupt stack table entry 1..7. */
  static long ist(Processor cpu, int index, int ext) {
    return stack64(cpu, 0x1C + 8 * index, ext);
  }

  private static long stack64(Processor cpu, int offset, int ext) {
    Segment tr = cpu.s.tr;
    if (offset + 7 > tr.limit) {
      throw cpu.fault.with(GuestFault.TS, tr.selector & 0xFFFC | ext);
    }
    long rsp = cpu.mmu.loadSystem(tr.base + offset, 8);
    if (!cpu.s.canonical(rsp)) {
      throw cpu.fault.with(GuestFault.SS, ext);
    }
    return rsp;
  }

  /** SS and ESP of a more privileged level from a 16- or 32-bit TSS, checked. */
  public record InnerStack(Descriptor descriptor, int selector, long esp) {
    /**
     * Linear address after pushing {@code bytes} from the top; #SS(selector) when they do not fit.
     */
    public long below(Processor cpu, int bytes, int ext) {
      return Stacks.below(
          cpu,
          descriptor.base(),
          descriptor.limit(),
          descriptor.attributes(),
          esp,
          bytes,
          selector & 0xFFFC | ext);
    }
  }

  /**
   * Reads and checks the stack of {@code level} (Intel SDM vol. 3A, 6.12.1.1: the #TS and #SS
   * conditions).
   */
  public static InnerStack inner(Processor cpu, int level, int ext) {
    CpuState s = cpu.s;
    boolean wide = (s.tr.attributes & 8) != 0;
    int offset = wide ? 4 + 8 * level : 2 + 4 * level;
    if (s.tr.isNull() || offset + (wide ? 5 : 3) > s.tr.limit) {
      throw cpu.fault.with(GuestFault.TS, s.tr.selector & 0xFFFC | ext);
    }
    long va = s.tr.base + offset & 0xFFFF_FFFFL;
    long esp = cpu.mmu.loadSystem(va, wide ? 4 : 2);
    int selector = (int) cpu.mmu.loadSystem(va + (wide ? 4 : 2), 2);
    if ((selector & 0xFFFC) == 0) {
      throw cpu.fault.with(GuestFault.TS, ext);
    }
    int error = selector & 0xFFFC | ext;
    Descriptor ss = DescriptorTables.read(cpu, selector, GuestFault.TS, ext);
    if ((selector & 3) != level || ss.dpl() != level || !ss.writableData()) {
      throw cpu.fault.with(GuestFault.TS, error);
    }
    if (!ss.present()) {
      throw cpu.fault.with(GuestFault.SS, error);
    }
    return new InnerStack(ss, selector, esp);
  }
}
