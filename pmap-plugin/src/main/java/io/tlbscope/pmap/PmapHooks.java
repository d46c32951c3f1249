package io.tlbscope.pmap;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.hook.Vcpu;
import java.util.BitSet;

/**
 * Where woven advice comes in: finds the machine's state, and does nothing in a machine that did
 * not load the plugin. Ledger, trackers and journal are the machine's: its lock lets one event in
 * at a time, and the order in which events get it is the order of the trace.
 */
public final class PmapHooks {
  private PmapHooks() {}

  private static PmapMachine of(Vcpu cpu) {
    return cpu.machine().plugin(PmapMachine.class);
  }

  public static void load(Vcpu cpu, long pa, int size, long value) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.load(cpu, pa, size, value);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void store(Vcpu cpu, long va, long pa, int size, long before, long after) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.store(cpu, va, pa, size, before, after);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void fill(Vcpu cpu, TlbEntry entry, Access access) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.fill(cpu, entry, access);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void evict(Vcpu cpu, TlbEntry entry) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.evict(cpu, entry);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void drop(Vcpu cpu, TlbEntry entry, Invalidation why) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.drop(cpu, entry, why);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void invalidate(Vcpu cpu, Invalidation why, long va, int pcid, int dropped) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.invalidate(cpu, why, va, pcid, dropped);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void use(Vcpu cpu, TlbEntry entry, long va, Access access) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.use(cpu, entry, va, access);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void ipiSent(Vcpu from, int vector, int deliveryMode, long icr, BitSet targets) {
    PmapMachine pmap = of(from);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.ipiSent(from, vector, deliveryMode, icr, targets);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void irrSet(Vcpu target, int vector, boolean merged, Vcpu from) {
    PmapMachine pmap = of(target);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.irrSet(target, vector, merged, from);
      } finally {
        pmap.leave();
      }
    }
  }

  public static boolean serve(Vcpu cpu, int vector) {
    PmapMachine pmap = of(cpu);
    if (pmap == null) {
      return false;
    }
    pmap.enter();
    try {
      return pmap.serve(cpu, vector);
    } finally {
      pmap.leave();
    }
  }

  public static void taken(Vcpu cpu, int vector, TrapKind kind, long returnRip, int fromCpl) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.taken(cpu, vector, kind, returnRip, fromCpl);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void returned(Vcpu cpu, long fromRip, int fromCpl) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.returned(cpu, fromRip, fromCpl);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void controlWritten(Vcpu cpu, int register, long before, long after) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.controlWritten(cpu, register, before, after);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void halt(Vcpu cpu) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.halt(cpu);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void wake(Vcpu cpu) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.wake(cpu);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void startup(Vcpu cpu, int vector) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.startup(cpu, vector);
      } finally {
        pmap.leave();
      }
    }
  }

  public static void reset(Vcpu cpu) {
    PmapMachine pmap = of(cpu);
    if (pmap != null) {
      pmap.enter();
      try {
        pmap.reset(cpu);
      } finally {
        pmap.leave();
      }
    }
  }
}
