package io.tlbscope.pmap;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The entries that the vCPUs' TLBs hold, by vCPU and serial: so a saved state names them. What is
 * kept of an entry that has left its TLB tells nobody anything, and is not saved.
 */
final class CachedEntries {
  private static final int MOST = 1 << 28;

  private final MachineControl machine;

  /** Each vCPU's, in order of serial; filled when they are asked for. */
  private final List<List<TlbEntry>> entries = new ArrayList<>();

  CachedEntries(MachineControl machine) {
    this.machine = machine;
  }

  private List<TlbEntry> of(int cpu) {
    if (entries.isEmpty()) {
      for (int i = 0; i < machine.vcpuCount(); i++) {
        entries.add(machine.vcpu(i).tlb().entries());
      }
    }
    return entries.get(cpu);
  }

  /** Takes an entry and writes what belongs to it. */
  interface Writing {
    void entry(TlbEntry entry);
  }

  /** Reads what belongs to an entry. */
  interface Reading {
    void entry(TlbEntry entry);
  }

  /** Writes those of {@code which} that are cached, each followed by what {@code more} writes. */
  void save(StateWriter to, Collection<TlbEntry> which, Writing more) {
    int[] counts = new int[machine.vcpuCount()];
    for (int cpu = 0; cpu < counts.length && !which.isEmpty(); cpu++) {
      counts[cpu] = (int) of(cpu).stream().filter(which::contains).count();
    }
    to.putInts(counts);
    for (int cpu = 0; cpu < counts.length && !which.isEmpty(); cpu++) {
      for (TlbEntry entry : of(cpu)) {
        if (which.contains(entry)) {
          to.putLong(entry.serial());
          more.entry(entry);
        }
      }
    }
  }

  void load(StateReader from, Reading more) {
    int[] counts = new int[machine.vcpuCount()];
    from.getInts(counts);
    for (int cpu = 0; cpu < counts.length; cpu++) {
      if (counts[cpu] < 0 || counts[cpu] > MOST) {
        throw new StateException("a TLB has no " + counts[cpu] + " entries");
      }
      for (int rest = counts[cpu]; rest > 0; rest--) {
        more.entry(find(cpu, from.getLong()));
      }
    }
  }

  private TlbEntry find(int cpu, long serial) {
    for (TlbEntry entry : of(cpu)) {
      if (entry.serial() == serial) {
        return entry;
      }
    }
    throw new StateException("the TLB of CPU " + cpu + " holds no entry of serial " + serial);
  }
}
