package io.tlbscope.core.boot;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.isa.CodeMode;

/**
 * Registers of the boot processor at the guest's first instruction; what is not named here is as
 * after power-on, and interrupts are off. 32-bit mode is flat, protected and unpaged, with no
 * usable GDTR (Multiboot 3.2); 64-bit mode has flat segments and the first 4 GiB mapped to
 * themselves.
 *
 * @param cs selector of CS: 0x08 but for 16-bit mode, where CS.base is 16 times it
 * @param cr3 page tables of 64-bit mode, else 0
 */
public record EntryState(CodeMode mode, int cs, long rip, long rsp, long rax, long rbx, long cr3) {
  /**
   * Access rights (see {@link Segment#attributes}): accessed, read/write, present; D or L, and G.
   */
  private static final int CODE_16 = 0x009B,
      DATA_16 = 0x0093,
      CODE_32 = 0xC09B,
      DATA_32 = 0xC093,
      CODE_64 = 0xA09B;

  private static final int DATA_SELECTOR = 0x10;

  /**
   * Sets the registers of a vCPU that has just been powered on. Paging may have been turned on: the
   * caller tells the MMU that CR0, CR3, CR4 and EFER have changed.
   */
  public void applyTo(CpuState s) {
    s.rip = rip;
    s.r[0] = rax;
    s.r[3] = rbx;
    s.r[4] = rsp;
    s.cr3 = cr3;
    s.cr0 = CpuState.CR0_ET;
    // Firmware leaves exceptions masked.
    s.x87.initialise(X87State.INITIAL);
    if (mode == CodeMode.BITS16) {
      set(s.segments[Segment.CS], cs, cs * 16L, 0xFFFF, CODE_16);
      data(s, 0, 0xFFFF, DATA_16);
    } else {
      s.cr0 |= CpuState.CR0_PE;
      boolean wide = mode == CodeMode.BITS64;
      if (wide) {
        s.cr0 |= CpuState.CR0_PG | CpuState.CR0_NE;
        s.cr4 |= CpuState.CR4_PAE;
        s.efer |= CpuState.EFER_LME | CpuState.EFER_LMA;
      }
      set(s.segments[Segment.CS], cs, 0, 0xFFFF_FFFFL, wide ? CODE_64 : CODE_32);
      data(s, DATA_SELECTOR, 0xFFFF_FFFFL, DATA_32);
    }
    s.refreshSegmentBases();
  }

  private static void data(CpuState s, int selector, long limit, int attributes) {
    for (int n = 0; n < s.segments.length; n++) {
      if (n != Segment.CS) {
        set(s.segments[n], selector, 0, limit, attributes);
      }
    }
  }

  private static void set(Segment segment, int selector, long base, long limit, int attributes) {
    segment.selector = selector;
    segment.base = base;
    segment.limit = limit;
    segment.attributes = attributes;
  }
}
