package io.tlbscope.core.cpu;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What CPUID tells a guest: what works and no more (Intel SDM vol. 2A, CPUID; AMD APM vol. 3,
 * appendix E). Local APIC, x2APIC, TSC deadline and topology leaves are added by the plugin that
 * provides them.
 *
 * @param vendor twelve characters of leaf 0
 * @param signature leaf 1 EAX: family, model, stepping
 * @param invlpgb INVLPGB and TLBSYNC exist (AMD)
 * @param la57 5-level paging exists
 */
public record CpuidModel(String vendor, int signature, boolean invlpgb, boolean la57) {
  /**
   * Width of a physical address in bits; bits above it are reserved in CR3 and page-table entries.
   */
  public static final int PHYSICAL_BITS = 46;

  /** Extra pages that one INVLPGB may name (leaf 8000_0008 EDX). */
  public static final int INVLPGB_MAX_COUNT = 7;

  private static final String INTEL = "GenuineIntel";
  private static final String BRAND = "tlbscope x86-64 emulator";
  private static final String HYPERVISOR = "tlbscope";
  private static final int HYPERVISOR_LEAF = 0x4000_0000, EXTENDED = 0x8000_0000;
  private static final int MAX_BASIC = 0xD, MAX_EXTENDED = 0x8000_0008;

  /**
   * Leaf 1 ECX: SSE3, PCLMULQDQ, MONITOR, SSSE3, CX16, PCID, SSE4.1, SSE4.2, MOVBE, POPCNT, AES,
   * XSAVE, RDRAND, hypervisor.
   */
  private static final int LEAF1_ECX =
      1 | 1 << 1 | 1 << 3 | 1 << 9 | 1 << 13 | 1 << 17 | 1 << 19 | 1 << 20 | 1 << 22 | 1 << 23
          | 1 << 25 | 1 << 26 | 1 << 30 | 1 << 31;

  /**
   * Leaf 1 EDX: FPU, VME, DE, PSE, TSC, MSR, PAE, CX8, SEP, MTRR, PGE, CMOV, PAT, CLFSH, MMX, FXSR,
   * SSE, SSE2.
   */
  private static final int LEAF1_EDX =
      1 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 11 | 1 << 12 | 1 << 13
          | 1 << 15 | 1 << 16 | 1 << 19 | 1 << 23 | 1 << 24 | 1 << 25 | 1 << 26;

  /**
   * Leaf 7 EBX: FSGSBASE, FDP for x87 exceptions only, SMEP, ERMS, INVPCID, no FCS and FDS, RDSEED,
   * ADX, SMAP, CLFLUSHOPT, CLWB.
   */
  private static final int LEAF7_EBX =
      1 | 1 << 6 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 13 | 1 << 18 | 1 << 19 | 1 << 20 | 1 << 23
          | 1 << 24;

  /** Leaf 7 ECX: UMIP, PKU, RDPID. */
  private static final int LEAF7_ECX = 1 << 2 | 1 << 3 | 1 << 22;

  /** Leaf 7 EDX: FSRM. */
  private static final int LEAF7_EDX = 1 << 4;

  /** Leaf 8000_0001 ECX: LAHF and SAHF in 64-bit mode, PREFETCHW. */
  private static final int EXTENDED1_ECX = 1 | 1 << 8;

  /** Leaf 8000_0001 EDX: SYSCALL, NX, PDPE1GB, RDTSCP, LM. */
  private static final int EXTENDED1_EDX = 1 << 11 | 1 << 20 | 1 << 26 | 1 << 27 | 1 << 29;

  /** Leaf 8000_0001 EDX of AMD: SSE's instructions on MMX registers. */
  private static final int AMD_MMX_EXTENSIONS = 1 << 22;

  /** AMD repeats these bits of leaf 1 EDX in leaf 8000_0001. */
  private static final int AMD_REPEATED = 0x0183_F3FF;

  /** CR4 bits that go with the features above; all others are reserved. */
  private static final long CR4_BITS =
      CpuState.CR4_VME
          | CpuState.CR4_PVI
          | CpuState.CR4_TSD
          | CpuState.CR4_DE
          | CpuState.CR4_PSE
          | CpuState.CR4_PAE
          | CpuState.CR4_PGE
          | CpuState.CR4_PCE
          | CpuState.CR4_OSFXSR
          | CpuState.CR4_OSXMMEXCPT
          | CpuState.CR4_UMIP
          | CpuState.CR4_FSGSBASE
          | CpuState.CR4_PCIDE
          | CpuState.CR4_OSXSAVE
          | CpuState.CR4_SMEP
          | CpuState.CR4_SMAP
          | CpuState.CR4_PKE;

  /** Family 6, model 5Eh. */
  public static CpuidModel intel() {
    return new CpuidModel(INTEL, 0x0005_06E3, false, false);
  }

  /** As {@link #intel}, with 5-level paging. */
  public static CpuidModel intelLa57() {
    return new CpuidModel(INTEL, 0x0005_06E3, false, true);
  }

  /** Family 19h, model 1. */
  public static CpuidModel amd(boolean invlpgb) {
    return new CpuidModel("AuthenticAMD", 0x00A0_0F11, invlpgb, false);
  }

  /** Names that {@link #named} knows. */
  public static final List<String> NAMES = List.of("intel", "intel-la57", "amd", "amd-invlpgb");

  /**
   * The model of a name of {@link #NAMES}.
   *
   * @throws IllegalArgumentException for another name
   */
  public static CpuidModel named(String name) {
    return switch (name) {
      case "intel" -> intel();
      case "intel-la57" -> intelLa57();
      case "amd" -> amd(false);
      case "amd-invlpgb" -> amd(true);
      default ->
          throw new IllegalArgumentException(
              "unknown CPU model " + name + "; there are " + String.join(", ", NAMES));
    };
  }

  public CpuidModel {
    if (vendor.length() != 12) {
      throw new IllegalArgumentException("a CPUID vendor has 12 characters: '" + vendor + "'");
    }
  }

  public boolean isIntel() {
    return vendor.equals(INTEL);
  }

  /** Width of a linear address in bits, whatever paging is in use. */
  public int linearBits() {
    return la57 ? 57 : 48;
  }

  /** CR4 bits that software may set. */
  public long cr4Bits() {
    return CR4_BITS | (la57 ? CpuState.CR4_LA57 : 0);
  }

  /** State components that XCR0 may enable: x87, SSE, PKRU. */
  public long xcr0Bits() {
    return 1L << ExtendedState.X87 | 1L << ExtendedState.SSE | 1L << ExtendedState.PKRU;
  }

  /** Fills {@code regs} with EAX, EBX, ECX, EDX of a leaf; a leaf out of range gives zeros. */
  public void leaf(int leaf, int subleaf, int[] regs) {
    switch (leaf) {
      case 0 -> text(regs, MAX_BASIC, vendor, true);
      case 1 -> set(regs, signature, 8 << 8, LEAF1_ECX, LEAF1_EDX);
      // No descriptor bytes: see leaf 4 (FFh) for caches.
      case 2 -> set(regs, isIntel() ? 0x0000_FF01 : 0, 0, 0, 0);
      case 4 -> cache(regs, isIntel() ? subleaf : 3);
      case 5 -> set(regs, 64, 64, 3, 0);
      case 7 -> {
        boolean main = subleaf == 0;
        set(
            regs,
            0,
            main ? LEAF7_EBX : 0,
            main ? LEAF7_ECX | (la57 ? 1 << 16 : 0) : 0,
            main ? LEAF7_EDX : 0);
      }
      case 0xD -> ExtendedState.leaf(subleaf, xcr0Bits(), xcr0Bits(), regs);
      case HYPERVISOR_LEAF -> text(regs, HYPERVISOR_LEAF, HYPERVISOR, false);
      case EXTENDED -> extendedRange(regs);
      case EXTENDED + 1 ->
          set(
              regs,
              isIntel() ? 0 : signature,
              0,
              EXTENDED1_ECX,
              EXTENDED1_EDX | (isIntel() ? 0 : LEAF1_EDX & AMD_REPEATED | AMD_MMX_EXTENSIONS));
      case EXTENDED + 2, EXTENDED + 3, EXTENDED + 4 -> brand(regs, leaf - EXTENDED - 2);
      // 256 KiB, 8-way, 64-byte lines; the same L2 that leaf 4 tells.
      case EXTENDED + 6 -> set(regs, 0, 0, 256 << 16 | 6 << 12 | 1 << 8 | 64, 0);
      case EXTENDED + 7 -> set(regs, 0, 0, 0, 1 << 8);
      case EXTENDED + 8 ->
          set(
              regs,
              PHYSICAL_BITS | linearBits() << 8,
              invlpgb ? 1 << 3 : 0,
              0,
              invlpgb ? INVLPGB_MAX_COUNT : 0);
      default -> set(regs, 0, 0, 0, 0);
    }
  }

  private void extendedRange(int[] regs) {
    if (isIntel()) {
      set(regs, MAX_EXTENDED, 0, 0, 0);
    } else {
      text(regs, MAX_EXTENDED, vendor, true);
    }
  }

  /** Leaf 4: L1 data and code 32 KiB 8-way, L2 256 KiB 8-way; private to a core. */
  private static void cache(int[] regs, int n) {
    int type = n == 0 ? 1 : n == 1 ? 2 : 3;
    int level = n == 2 ? 2 : 1;
    int sets = n == 2 ? 512 : 64;
    if (n < 0 || n > 2) {
      set(regs, 0, 0, 0, 0);
    } else {
      set(regs, type | level << 5 | 1 << 8, 7 << 22 | 63, sets - 1, 0);
    }
  }

  private static void brand(int[] regs, int part) {
    byte[] bytes = new byte[48];
    byte[] text = BRAND.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, bytes, 0, text.length);
    for (int i = 0; i < 4; i++) {
      regs[i] = word(bytes, part * 16 + i * 4);
    }
  }

  /** Twelve characters: EBX, EDX, ECX for a vendor, EBX, ECX, EDX for a hypervisor. */
  private static void text(int[] regs, int eax, String text, boolean vendorOrder) {
    byte[] bytes = new byte[12];
    System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, text.length());
    int second = word(bytes, 4);
    int third = word(bytes, 8);
    set(regs, eax, word(bytes, 0), vendorOrder ? third : second, vendorOrder ? second : third);
  }

  private static int word(byte[] b, int i) {
    return b[i] & 0xFF | (b[i + 1] & 0xFF) << 8 | (b[i + 2] & 0xFF) << 16 | (b[i + 3] & 0xFF) << 24;
  }

  private static void set(int[] regs, int eax, int ebx, int ecx, int edx) {
    regs[0] = eax;
    regs[1] = ebx;
    regs[2] = ecx;
    regs[3] = edx;
  }
}
