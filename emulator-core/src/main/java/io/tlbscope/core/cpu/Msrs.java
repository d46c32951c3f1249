package io.tlbscope.core.cpu;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.Arrays;

/**
 * Model-specific registers that only remember what was written (Intel SDM vol. 4; vol. 3A, 11.11).
 * Those with an effect of their own live in {@link CpuState}; the local APIC's belong to a plugin.
 */
public final class Msrs implements Stateful {
  public static final int P5_MC_ADDR = 0,
      P5_MC_TYPE = 1,
      TSC = 0x10,
      PLATFORM_ID = 0x17,
      APIC_BASE = 0x1B,
      BIOS_SIGN_ID = 0x8B,
      MTRRCAP = 0xFE,
      MCG_CAP = 0x179,
      MCG_STATUS = 0x17A,
      SYSENTER_CS = 0x174,
      SYSENTER_ESP = 0x175,
      SYSENTER_EIP = 0x176,
      MISC_ENABLE = 0x1A0,
      DEBUGCTL = 0x1D9,
      PAT = 0x277,
      MTRR_DEF_TYPE = 0x2FF,
      XSS = 0xDA0,
      EFER = 0xC000_0080,
      STAR = 0xC000_0081,
      LSTAR = 0xC000_0082,
      CSTAR = 0xC000_0083,
      FMASK = 0xC000_0084,
      FS_BASE = 0xC000_0100,
      GS_BASE = 0xC000_0101,
      KERNEL_GS_BASE = 0xC000_0102,
      TSC_AUX = 0xC000_0103,
      AMD_SYSCFG = 0xC001_0010,
      AMD_HWCR = 0xC001_0015;

  /** MTRRCAP: 8 variable ranges, fixed ranges, write combining. */
  private static final long MTRRCAP_VALUE = 8 | 1 << 8 | 1 << 10;

  /** Fast strings, BTS and PEBS unavailable, MONITOR enabled. */
  private static final long MISC_ENABLE_VALUE = 1 | 1 << 11 | 1 << 12 | 1 << 18;

  private static final int[] FIXED = {
    0x250, 0x258, 0x259, 0x268, 0x269, 0x26A, 0x26B, 0x26C, 0x26D, 0x26E, 0x26F
  };

  private final long[] variable = new long[16];
  private final long[] fixed = new long[FIXED.length];
  private long defaultType, miscEnable, biosSign, syscfg, hwcr;

  public Msrs() {
    reset();
  }

  /** Power-on values. */
  public void reset() {
    Arrays.fill(variable, 0);
    Arrays.fill(fixed, 0);
    defaultType = biosSign = syscfg = hwcr = 0;
    miscEnable = MISC_ENABLE_VALUE;
  }

  /**
   * Reads a storage MSR.
   *
   * @param value gets the value in element 0
   * @return false if there is no such MSR: #GP(0)
   */
  public boolean read(int msr, boolean intel, long[] value) {
    if (msr >= 0x200 && msr < 0x210) {
      value[0] = variable[msr - 0x200];
      return true;
    }
    int n = Arrays.binarySearch(FIXED, msr);
    if (n >= 0) {
      value[0] = fixed[n];
      return true;
    }
    switch (msr) {
      case MTRRCAP -> value[0] = MTRRCAP_VALUE;
      case MTRR_DEF_TYPE -> value[0] = defaultType;
      case BIOS_SIGN_ID -> value[0] = biosSign;
      // No bank of machine checks, no branch record, no supervisor state component.
      case DEBUGCTL, P5_MC_ADDR, P5_MC_TYPE, MCG_CAP, MCG_STATUS, XSS -> value[0] = 0;
      case PLATFORM_ID -> value[0] = 0;
      case MISC_ENABLE -> value[0] = miscEnable;
      default -> {
        return !intel && readAmd(msr, value);
      }
    }
    return !intelOnly(msr) || intel;
  }

  /** Writes a storage MSR; false means #GP(0): no such MSR, read-only or reserved bits. */
  public boolean write(int msr, boolean intel, long v) {
    if (msr >= 0x200 && msr < 0x210) {
      if ((msr & 1) == 0 && !memoryType(v & 0xFF)) {
        return false;
      }
      variable[msr - 0x200] = v;
      return true;
    }
    int n = Arrays.binarySearch(FIXED, msr);
    if (n >= 0) {
      if (!memoryTypes(v, false)) {
        return false;
      }
      fixed[n] = v;
      return true;
    }
    if (intelOnly(msr) && !intel) {
      return false;
    }
    switch (msr) {
      case MTRR_DEF_TYPE -> {
        if ((v & ~0xCFFL) != 0 || !memoryType(v & 0xFF)) {
          return false;
        }
        defaultType = v;
      }
      case BIOS_SIGN_ID -> biosSign = v;
      case MISC_ENABLE -> miscEnable = v;
      case DEBUGCTL, P5_MC_ADDR, P5_MC_TYPE, MCG_STATUS, XSS -> {
        return v == 0;
      }
      default -> {
        return !intel && writeAmd(msr, v);
      }
    }
    return true;
  }

  private static boolean intelOnly(int msr) {
    return msr == PLATFORM_ID || msr == MISC_ENABLE;
  }

  private static boolean performance(int msr) {
    return msr >= 0xC001_0000 && msr <= 0xC001_0007;
  }

  private boolean readAmd(int msr, long[] value) {
    value[0] = msr == AMD_SYSCFG ? syscfg : msr == AMD_HWCR ? hwcr : 0;
    return performance(msr) || msr == AMD_SYSCFG || msr == AMD_HWCR;
  }

  /** The K7 performance counters exist and count nothing: kernels clear them without asking. */
  private boolean writeAmd(int msr, long v) {
    if (msr == AMD_SYSCFG) {
      syscfg = v;
    } else if (msr == AMD_HWCR) {
      hwcr = v;
    }
    return performance(msr) || msr == AMD_SYSCFG || msr == AMD_HWCR;
  }

  /** UC, WC, WT, WP, WB (Intel SDM vol. 3A, table 11-8). */
  private static boolean memoryType(long type) {
    return type == 0 || type == 1 || type >= 4 && type <= 6;
  }

  /** Eight memory types; {@code pat} also allows UC- (7). */
  public static boolean memoryTypes(long v, boolean pat) {
    for (int i = 0; i < 64; i += 8) {
      long type = v >>> i & 0xFF;
      if (!memoryType(type) && !(pat && type == 7)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void save(StateWriter to) {
    to.putLongs(variable);
    to.putLongs(fixed);
    to.putLong(defaultType);
    to.putLong(miscEnable);
    to.putLong(biosSign);
    to.putLong(syscfg);
    to.putLong(hwcr);
  }

  @Override
  public void load(StateReader from) {
    from.getLongs(variable);
    from.getLongs(fixed);
    defaultType = from.getLong();
    miscEnable = from.getLong();
    biosSign = from.getLong();
    syscfg = from.getLong();
    hwcr = from.getLong();
  }
}
