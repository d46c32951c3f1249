package io.tlbscope.apic;

/**
 * What CPUID says of the APIC and the topology: one package of single-threaded cores, APIC ID =
 * vCPU index (Intel SDM vol. 2A, CPUID, leaves 1, 4, 6, 0Bh, 1Fh; AMD APM vol. 3, leaves
 * 8000_0001h, 8000_0008h).
 */
final class ApicCpuid {
  private static final int EAX = 0, EBX = 1, ECX = 2, EDX = 3;
  private static final int APIC = 1 << 9, HTT = 1 << 28;
  private static final int X2APIC = 1 << 21, TSC_DEADLINE = 1 << 24;

  /** The timer runs at constant speed in every sleep state. */
  private static final int ARAT = 1 << 2;

  private static final int CMP_LEGACY = 1 << 1;
  private static final int LEAF_TOPOLOGY = 0xB, LEAF_TOPOLOGY_V2 = 0x1F;
  private static final int LEVEL_SMT = 1, LEVEL_CORE = 2;

  private final int cpus;
  private final boolean x2apic;

  ApicCpuid(int cpus, boolean x2apic) {
    this.cpus = cpus;
    this.x2apic = x2apic;
  }

  /** Bits of the APIC ID that tell cores of the package apart. */
  int coreBits() {
    return 32 - Integer.numberOfLeadingZeros(cpus - 1);
  }

  /** Amends the core's answer. */
  void leaf(LocalApic apic, int leaf, int subleaf, int[] regs) {
    boolean on = apic.mode() != ApicMode.DISABLED;
    switch (leaf) {
      case 0 -> regs[EAX] = Math.max(regs[EAX], LEAF_TOPOLOGY_V2);
      case 1 -> {
        regs[EBX] = regs[EBX] & 0xFFFF | apic.id() << 24 | Math.min(1 << coreBits(), 255) << 16;
        regs[ECX] |= TSC_DEADLINE | (x2apic ? X2APIC : 0);
        // Bit 9 follows IA32_APIC_BASE.EN (11.4.3).
        regs[EDX] |= (on ? APIC : 0) | (cpus > 1 ? HTT : 0);
      }
      case 4 -> {
        if ((regs[EAX] & 0x1F) != 0) {
          regs[EAX] = regs[EAX] & 0x3FF_FFFF | Math.min((1 << coreBits()) - 1, 63) << 26;
        }
      }
      case 6 -> regs[EAX] |= ARAT;
      case LEAF_TOPOLOGY, LEAF_TOPOLOGY_V2 -> topology(apic.id(), subleaf, regs);
      case 0x8000_0001 -> {
        if (amd(regs)) {
          regs[EDX] |= on ? APIC : 0;
          regs[ECX] |= cpus > 1 ? CMP_LEGACY : 0;
        }
      }
      case 0x8000_0008 -> {
        if (cpus > 1) {
          regs[ECX] |= cpus - 1 | coreBits() << 12;
        }
      }
      default -> {}
    }
  }

  /** Leaf 8000_0001h EAX repeats the signature on AMD and is 0 on Intel. */
  private static boolean amd(int[] regs) {
    return regs[EAX] != 0;
  }

  private void topology(int id, int subleaf, int[] regs) {
    int level = subleaf == 0 ? LEVEL_SMT : subleaf == 1 ? LEVEL_CORE : 0;
    regs[EAX] = level == LEVEL_CORE ? coreBits() : 0;
    regs[EBX] = level == LEVEL_SMT ? 1 : level == LEVEL_CORE ? cpus : 0;
    regs[ECX] = subleaf & 0xFF | level << 8;
    regs[EDX] = id;
  }
}
