package io.tlbscope.core.mmu;

import io.tlbscope.core.cpu.CpuState;

/**
 * What the control registers say about paging (Intel SDM vol. 3A, 4.1), worked out once a change.
 */
final class PagingMode {
  static final long CR0_BITS = CpuState.CR0_PG | CpuState.CR0_WP;
  static final long CR4_BITS =
      CpuState.CR4_PSE
          | CpuState.CR4_PAE
          | CpuState.CR4_PGE
          | CpuState.CR4_PCIDE
          | CpuState.CR4_SMEP
          | CpuState.CR4_SMAP
          | CpuState.CR4_LA57
          | CpuState.CR4_PKE;
  static final long EFER_BITS = CpuState.EFER_LMA | CpuState.EFER_NXE;

  private static final long TABLE = 0x000F_FFFF_FFFF_F000L;

  /**
   * Levels of tables: 0 = paging off, 2 = 32-bit, 3 = PAE (the PDPTEs count), 4 and 5 = long mode.
   */
  int levels;

  boolean longMode;
  boolean wp;
  boolean pse;
  boolean pge;
  boolean smep;
  boolean smap;
  boolean nxe;

  /** Protection keys count for user pages. */
  boolean pke;

  /** Bit 4 of error codes is in use. */
  boolean fetchReported;

  /** Physical address of the top table. */
  long root;

  int pcid;

  private long cr0;
  private long cr3;
  private long cr4;
  private long efer;

  /** Reads the registers; true if anything but CPL and AC changed since the last call. */
  boolean refresh(CpuState s) {
    long newCr0 = s.cr0 & CR0_BITS;
    long newCr4 = s.cr4 & CR4_BITS;
    long newEfer = s.efer & EFER_BITS;
    if (newCr0 == cr0 && newCr4 == cr4 && newEfer == efer && s.cr3 == cr3) {
      return false;
    }
    cr0 = newCr0;
    cr3 = s.cr3;
    cr4 = newCr4;
    efer = newEfer;
    longMode = (efer & CpuState.EFER_LMA) != 0;
    boolean paging = (cr0 & CpuState.CR0_PG) != 0;
    boolean pae = (cr4 & CpuState.CR4_PAE) != 0;
    levels = !paging ? 0 : longMode ? longLevels() : pae ? 3 : 2;
    wp = (cr0 & CpuState.CR0_WP) != 0;
    pse = pae || (cr4 & CpuState.CR4_PSE) != 0;
    pge = (cr4 & CpuState.CR4_PGE) != 0;
    smep = (cr4 & CpuState.CR4_SMEP) != 0;
    smap = (cr4 & CpuState.CR4_SMAP) != 0;
    nxe = pae && (efer & CpuState.EFER_NXE) != 0;
    pke = longMode && (cr4 & CpuState.CR4_PKE) != 0;
    fetchReported = smep || nxe;
    root = longMode ? cr3 & TABLE : pae ? cr3 & 0xFFFF_FFE0L : cr3 & 0xFFFF_F000L;
    pcid = (cr4 & CpuState.CR4_PCIDE) != 0 ? (int) cr3 & 0xFFF : 0;
    return true;
  }

  /** True if changing these bits of CR0 (0) or CR4 (4) loads the PDPTE registers anew. */
  static boolean reloadsPdptes(int register, long changed) {
    long bits =
        switch (register) {
          case 0 -> CpuState.CR0_PG | CpuState.CR0_CD | CpuState.CR0_NW;
          case 4 -> CpuState.CR4_PAE | CpuState.CR4_PGE | CpuState.CR4_PSE | CpuState.CR4_SMEP;
          default -> 0;
        };
    return (changed & bits) != 0;
  }

  private int longLevels() {
    return (cr4 & CpuState.CR4_LA57) != 0 ? 5 : 4;
  }

  /** True if bits 63..47, or 63..56 with five levels, are all alike. */
  boolean canonical(long va) {
    int unused = levels == 5 ? 7 : 16;
    return va << unused >> unused == va;
  }

  /** CR0.AM and RFLAGS.AC at CPL 3: data accesses must be aligned. */
  boolean checksAlignment(CpuState s) {
    return s.cpl == 3 && (s.cr0 & CpuState.CR0_AM) != 0 && (s.flags.system() & CpuState.AC) != 0;
  }

  /** The look-aside's view for data accesses at this privilege level. */
  int view(CpuState s) {
    if (s.cpl == 3) {
      return LookAside.USER;
    }
    return smap && (s.flags.system() & CpuState.AC) != 0
        ? LookAside.SUPERVISOR_AC
        : LookAside.SUPERVISOR;
  }
}
