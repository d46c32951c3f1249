package io.tlbscope.core.trap;

import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.vcpu.Processor;

/**
 * The 64-byte line that MONITOR armed (Intel SDM vol. 3A, 8.10.5). A store is noticed by comparing
 * the line with what it held when it was armed, at each scheduling round; a line rewritten with its
 * old bytes does not wake.
 */
public final class Monitor {
  /** Bytes of the monitored line, as CPUID leaf 5 says. */
  public static final int LINE = 64;

  private Monitor() {}

  /** Arms the line that contains {@code pa}. */
  public static void arm(Processor cpu, long pa) {
    cpu.monitorPa = pa & -LINE;
    PhysicalAccess memory = cpu.machine().physical();
    for (int i = 0; i < cpu.monitorImage.length; i++) {
      cpu.monitorImage[i] = memory.read(cpu.monitorPa + 8L * i, 8);
    }
  }

  /** True if the line changed since it was armed, or none is armed: MWAIT then does not sleep. */
  public static boolean triggered(Processor cpu) {
    if (cpu.monitorPa < 0) {
      return true;
    }
    PhysicalAccess memory = cpu.machine().physical();
    for (int i = 0; i < cpu.monitorImage.length; i++) {
      if (memory.read(cpu.monitorPa + 8L * i, 8) != cpu.monitorImage[i]) {
        cpu.monitorPa = -1;
        return true;
      }
    }
    return false;
  }
}
