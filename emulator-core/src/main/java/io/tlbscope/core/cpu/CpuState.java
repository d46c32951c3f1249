package io.tlbscope.core.cpu;

import io.tlbscope.core.fp.FloatUnit;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * The architectural state of one vCPU: registers only, no behaviour. Fields are public because both
 * engines touch them in their innermost loops; only the thread that runs the vCPU may write them.
 */
public final class CpuState implements Stateful {
  /**
   * Slots of {@link #r}: 0..15 general registers, then a constant zero, segment bases and the
   * lifter's temporaries.
   */
  public static final int ZERO = 16, SEGMENT_BASES = 17, TEMPORARIES = 23, SLOTS = 40;

  /** CR0 bits (Intel SDM vol. 3A, 2.5). */
  public static final long CR0_PE = 1,
      CR0_MP = 1 << 1,
      CR0_EM = 1 << 2,
      CR0_TS = 1 << 3,
      CR0_ET = 1 << 4,
      CR0_NE = 1 << 5,
      CR0_WP = 1 << 16,
      CR0_AM = 1 << 18,
      CR0_NW = 1 << 29,
      CR0_CD = 1 << 30,
      CR0_PG = 1L << 31;

  /** CR4 bits. */
  public static final long CR4_VME = 1,
      CR4_PVI = 1 << 1,
      CR4_TSD = 1 << 2,
      CR4_DE = 1 << 3,
      CR4_PSE = 1 << 4,
      CR4_PAE = 1 << 5,
      CR4_MCE = 1 << 6,
      CR4_PGE = 1 << 7,
      CR4_PCE = 1 << 8,
      CR4_OSFXSR = 1 << 9,
      CR4_OSXMMEXCPT = 1 << 10,
      CR4_UMIP = 1 << 11,
      CR4_LA57 = 1 << 12,
      CR4_FSGSBASE = 1 << 16,
      CR4_PCIDE = 1 << 17,
      CR4_OSXSAVE = 1 << 18,
      CR4_SMEP = 1 << 20,
      CR4_SMAP = 1 << 21,
      CR4_PKE = 1 << 22;

  /** IA32_EFER bits. */
  public static final long EFER_SCE = 1, EFER_LME = 1 << 8, EFER_LMA = 1 << 10, EFER_NXE = 1 << 11;

  /** RFLAGS bits. */
  public static final int CF = 1,
      PF = 1 << 2,
      AF = 1 << 4,
      ZF = 1 << 6,
      SF = 1 << 7,
      TF = 1 << 8,
      IF = 1 << 9,
      DF = 1 << 10,
      OF = 1 << 11,
      IOPL = 3 << 12,
      NT = 1 << 14,
      RF = 1 << 16,
      VM = 1 << 17,
      AC = 1 << 18,
      VIF = 1 << 19,
      VIP = 1 << 20,
      ID = 1 << 21;

  /**
   * General registers, the zero slot, segment bases (mirrors of {@link #segments}) and temporaries.
   */
  public final long[] r = new long[SLOTS];

  /**
   * Offset of the next instruction in CS, or of the current one while it executes (see each
   * engine).
   */
  public long rip;

  /** Arithmetic flags, lazily computed. */
  public final Flags flags = new Flags();

  public final Segment[] segments = new Segment[6];
  public final Segment ldtr = new Segment();
  public final Segment tr = new Segment();
  public long gdtBase, idtBase;
  public int gdtLimit, idtLimit;
  public long cr0, cr2, cr3, cr4, efer, xcr0 = 1;
  public final long[] dr = new long[8];

  /** What DR7 enables. */
  public final Breakpoints breakpoints = new Breakpoints();

  /** Current privilege level, 0..3. */
  public int cpl;

  public long star,
      lstar,
      cstar,
      sfmask,
      kernelGsBase,
      tscAux,
      tscOffset,
      pat,
      sysenterCs,
      sysenterEsp,
      sysenterEip;

  /** Task priority as CR8 shows it while no plugin provides a local APIC, 0..15. */
  public long cr8;

  /** MSRs that are plain storage. */
  public final Msrs msrs = new Msrs();

  /** What CPUID tells; chosen before the vCPU's reset. */
  public CpuidModel cpuid = CpuidModel.intel();

  /**
   * XMM registers: low quadword of XMMn at 2n, high at 2n+1; above 31 the lifter's scratch
   * registers.
   */
  public final long[] xmm = new long[36];

  public int mxcsr = 0x1F80;

  /** SSE's arithmetic; between instructions it has no state. */
  public final FloatUnit floats = new FloatUnit();

  /** x87 and MMX registers. */
  public final X87State x87 = new X87State();

  /** Rights of protection keys: two bits a key, access disable and write disable. */
  public int pkru;

  /** True for one instruction after STI that set IF, MOV SS and POP SS. */
  public boolean interruptShadow;

  /** True for one instruction after MOV SS and POP SS: debug exceptions wait too. */
  public boolean debugShadow;

  /** What RDRAND and RDSEED give: a stream of the vCPU's own, from the machine's seed. */
  public SeededChoice random = new SeededChoice(0);

  /** Instructions retired since power-on. */
  public long retired;

  public CpuState() {
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new Segment();
    }
  }

  /** CS.L in IA-32e mode: 64-bit code. */
  public boolean code64() {
    return (efer & EFER_LMA) != 0 && segments[Segment.CS].longMode();
  }

  public boolean longModeActive() {
    return (efer & EFER_LMA) != 0;
  }

  public boolean protectedMode() {
    return (cr0 & CR0_PE) != 0;
  }

  /** Real-address or virtual-8086 mode: segments are paragraphs. */
  public boolean paragraphs() {
    return !protectedMode() || virtual8086();
  }

  /** True if the upper bits of {@code va} are all alike, as paging in use asks. */
  public boolean canonical(long va) {
    int unused = (cr4 & CR4_LA57) != 0 ? 7 : 16;
    return va << unused >> unused == va;
  }

  public boolean virtual8086() {
    return (flags.system() & VM) != 0;
  }

  /**
   * Copies the segments' bases into their slots; call after changing any {@link Segment#base}. In
   * 64-bit code only FS and GS count.
   */
  public void refreshSegmentBases() {
    boolean flat = code64();
    for (int i = 0; i < segments.length; i++) {
      r[SEGMENT_BASES + i] = flat && i < Segment.FS ? 0 : segments[i].base;
    }
  }

  @Override
  public void save(StateWriter to) {
    to.tag("cpu");
    to.putLongs(r);
    to.putLong(rip);
    to.put(flags);
    for (Segment segment : segments) {
      to.put(segment);
    }
    to.put(ldtr);
    to.put(tr);
    to.putLongs(
        new long[] {
          gdtBase,
          idtBase,
          gdtLimit,
          idtLimit,
          cr0,
          cr2,
          cr3,
          cr4,
          efer,
          xcr0,
          cr8,
          star,
          lstar,
          cstar,
          sfmask,
          kernelGsBase,
          tscAux,
          tscOffset,
          pat,
          sysenterCs,
          sysenterEsp,
          sysenterEip
        });
    to.putLongs(dr);
    to.putInt(breakpoints.hits);
    to.putInt(cpl);
    to.put(msrs);
    to.putLongs(xmm);
    to.putInt(mxcsr);
    to.put(x87);
    to.putInt(pkru);
    to.putBoolean(interruptShadow);
    to.putBoolean(debugShadow);
    to.put(random);
    to.putLong(retired);
  }

  @Override
  public void load(StateReader from) {
    from.tag("cpu");
    from.getLongs(r);
    rip = from.getLong();
    from.get(flags);
    for (Segment segment : segments) {
      from.get(segment);
    }
    from.get(ldtr);
    from.get(tr);
    loadSystem(from.getLongs());
    from.getLongs(dr);
    breakpoints.refresh(dr);
    breakpoints.hits = from.getInt();
    cpl = from.getInt();
    from.get(msrs);
    from.getLongs(xmm);
    mxcsr = from.getInt();
    from.get(x87);
    pkru = from.getInt();
    interruptShadow = from.getBoolean();
    debugShadow = from.getBoolean();
    from.get(random);
    retired = from.getLong();
  }

  private void loadSystem(long[] values) {
    int i = 0;
    gdtBase = values[i++];
    idtBase = values[i++];
    gdtLimit = (int) values[i++];
    idtLimit = (int) values[i++];
    cr0 = values[i++];
    cr2 = values[i++];
    cr3 = values[i++];
    cr4 = values[i++];
    efer = values[i++];
    xcr0 = values[i++];
    cr8 = values[i++];
    star = values[i++];
    lstar = values[i++];
    cstar = values[i++];
    sfmask = values[i++];
    kernelGsBase = values[i++];
    tscAux = values[i++];
    tscOffset = values[i++];
    pat = values[i++];
    sysenterCs = values[i++];
    sysenterEsp = values[i++];
    sysenterEip = values[i++];
  }
}
