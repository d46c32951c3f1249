package io.tlbscope.pmap;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.hook.Vcpu;
import java.util.BitSet;

/**
 * Where woven advice comes in: finds the machine's state, and does nothing in a machine that did
 * not load the plugin.
 */
public final class PmapHooks {
  private PmapHooks() {}

  private static PmapMachine of(Vcpu cpu) {
    return cpu.machine().plugin(PmapMachine.class);
  }

  public static void load(Vcpu cpu, long pa, int size, long value) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.load(cpu, pa, size, value);
    }
  }

  public static void store(Vcpu cpu, long pa, int size, long before, long after) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.store(cpu, pa, size, before, after);
    }
  }

  public static void fill(Vcpu cpu, TlbEntry entry, Access access) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.fill(cpu, entry, access);
    }
  }

  public static void evict(Vcpu cpu, TlbEntry entry) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.evict(cpu, entry);
    }
  }

  public static void drop(Vcpu cpu, TlbEntry entry, Invalidation why) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.drop(cpu, entry, why);
    }
  }

  public static void invalidate(Vcpu cpu, Invalidation why, long va, int pcid, int dropped) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.invalidate(cpu, why, va, pcid, dropped);
    }
  }

  public static void use(Vcpu cpu, TlbEntry entry, long va, Access access) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.use(cpu, entry, va, access);
    }
  }

  public static void ipiSent(Vcpu from, int vector, int deliveryMode, long icr, BitSet targets) {
    PmapMachine pmap = of(from);
    if (pmap != null) {
      pmap.ipiSent(from, vector, deliveryMode, icr, targets);
    }
  }

  public static void irrSet(Vcpu target, int vector, boolean merged, Vcpu from) {
    PmapMachine pmap = of(target);
    if (pmap != null) {
      pmap.irrSet(target, vector, merged, from);
    }
  }

  public static boolean serve(Vcpu cpu, int vector) {
    PmapMachine pmap = of(cpu);
    return pmap != null && pmap.serve(cpu, vector);
  }

  public static void taken(Vcpu cpu, int vector, TrapKind kind, long returnRip, int fromCpl) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.taken(cpu, vector, kind, returnRip, fromCpl);
    }
  }

  public static void returned(Vcpu cpu, long fromRip, int fromCpl) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.returned(cpu, fromRip, fromCpl);
    }
  }

  public static void controlWritten(Vcpu cpu, int register, long before, long after) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.controlWritten(cpu, register, before, after);
    }
  }

  public static void halt(Vcpu cpu) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.halt(cpu);
    }
  }

  public static void wake(Vcpu cpu) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.wake(cpu);
    }
  }

  public static void startup(Vcpu cpu, int vector) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.startup(cpu, vector);
    }
  }

  public static void reset(Vcpu cpu) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.reset(cpu);
    }
  }
}
