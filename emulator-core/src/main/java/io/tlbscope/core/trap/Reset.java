package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.hook.VcpuHooks;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import java.util.Arrays;

/** The states after power-on, INIT and SIPI (Intel SDM vol. 3A, table 9-1 and 8.4). */
public final class Reset {
  /** Present, writable, accessed data; present, readable, accessed code. */
  private static final int DATA = 0x93, CODE = 0x9B;

  /** Power-on value of IA32_PAT: WB WT UC- UC, twice (Intel SDM vol. 3A, 11.12.4). */
  public static final long PAT = 0x0007_0406_0007_0406L;

  private Reset() {}

  /** Power-on: the BSP (index 0) at F000:FFF0, the others waiting for a SIPI. */
  public static void powerOn(Processor cpu) {
    CpuState s = cpu.s;
    common(cpu);
    s.cr0 = CpuState.CR0_CD | CpuState.CR0_NW | CpuState.CR0_ET;
    Arrays.fill(s.xmm, 0);
    s.mxcsr = 0x1F80;
    s.x87.reset();
    s.xcr0 = 1;
    s.pkru = 0;
    s.star = s.lstar = s.cstar = s.sfmask = s.kernelGsBase = s.tscAux = 0;
    s.sysenterCs = s.sysenterEsp = s.sysenterEip = 0;
    s.tscOffset = -cpu.now();
    s.pat = PAT;
    s.msrs.reset();
    s.retired = 0;
    cpu.clearPending(-1);
    cpu.delivered = 0;
    cpu.faultChain.clear();
    cpu.mmu.reset();
    cpu.activity = cpu.index() == 0 ? Activity.RUNNING : Activity.WAIT_FOR_SIPI;
    VcpuHooks.reset(cpu);
  }

  /** INIT: as power-on, but MSRs (not EFER), TSC, XMM, x87 and CR0.CD/NW are kept. */
  public static void init(Processor cpu) {
    cpu.drain();
    CpuState s = cpu.s;
    long kept = s.cr0 & (CpuState.CR0_CD | CpuState.CR0_NW);
    common(cpu);
    s.cr0 = kept | CpuState.CR0_ET;
    cpu.mmu.reset();
    cpu.activity = cpu.index() == 0 ? Activity.RUNNING : Activity.WAIT_FOR_SIPI;
    cpu.leaveBlock = true;
    cpu.yield = cpu.activity != Activity.RUNNING;
    VcpuHooks.init(cpu);
  }

  private static void common(Processor cpu) {
    CpuState s = cpu.s;
    Arrays.fill(s.r, 0, 16, 0);
    s.r[2] = s.cpuid.signature() & 0xFFFF_FFFFL;
    s.flags.rflags(2);
    s.rip = 0xFFF0;
    s.cpl = 0;
    for (int i = 0; i < s.segments.length; i++) {
      set(s.segments[i], 0, 0, i == Segment.CS ? CODE : DATA);
    }
    set(s.segments[Segment.CS], 0xF000, 0xFFFF_0000L, CODE);
    set(s.ldtr, 0, 0, 0x80 | Descriptor.LDT);
    set(s.tr, 0, 0, 0x80 | Descriptor.TSS_BUSY);
    s.refreshSegmentBases();
    s.gdtBase = s.idtBase = 0;
    s.gdtLimit = s.idtLimit = 0xFFFF;
    s.cr2 = s.cr3 = s.cr4 = s.cr8 = s.efer = 0;
    Arrays.fill(s.dr, 0);
    s.dr[6] = 0xFFFF_0FF0L;
    s.dr[7] = 0x400;
    s.breakpoints.refresh(s.dr);
    s.interruptShadow = s.debugShadow = false;
    cpu.nmiBlocked = false;
    cpu.monitorPa = -1;
    cpu.mwaitBreaksMasked = false;
  }

  private static void set(Segment segment, int selector, long base, int attributes) {
    segment.selector = selector;
    segment.base = base;
    segment.limit = 0xFFFF;
    segment.attributes = attributes;
  }

  /** SIPI: CS = vector &lt;&lt; 8, IP = 0. The caller checked that the vCPU waits for one. */
  public static void startup(Processor cpu, int vector) {
    CpuState s = cpu.s;
    Segments.loadReal(s, Segment.CS, vector << 8);
    s.rip = 0;
    cpu.activity = Activity.RUNNING;
    cpu.mmu.modeChanged();
    VcpuHooks.startup(cpu, vector);
  }
}
