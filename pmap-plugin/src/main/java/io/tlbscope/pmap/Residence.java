package io.tlbscope.pmap;

import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Since when each CPU has been in its address space, in serials of its TLB. Going between the two
 * page tables of one address space (page-table isolation) is not leaving it.
 */
final class Residence {
  private static final long ROOT = 0x000F_FFFF_FFFF_F000L;

  private final Map<Long, Long> twins = new HashMap<>();
  private final long[] lastSerial;
  private final long[] since;

  Residence(int cpus) {
    lastSerial = new long[cpus];
    since = new long[cpus];
  }

  /** Learns from a shootdown's pmap which two roots are one address space. */
  void twins(Shootdown shootdown) {
    if (shootdown.userRoot != -1) {
      twins.put(shootdown.userRoot, shootdown.root);
    }
  }

  void filled(Vcpu cpu, long serial) {
    lastSerial[cpu.index()] = serial;
  }

  /** CR3 was written. */
  void moved(Vcpu cpu, long before, long after) {
    if (space(before) != space(after)) {
      since[cpu.index()] = lastSerial[cpu.index()];
    }
  }

  private long space(long cr3) {
    long root = cr3 & ROOT;
    return twins.getOrDefault(root, root);
  }

  /** True if the entry was there when the CPU came into the address space it is in now. */
  boolean precedes(Vcpu cpu, long serial) {
    return serial <= since[cpu.index()];
  }

  void save(StateWriter to) {
    SortedMap<Long, Long> sorted = new TreeMap<>(twins);
    to.putInt(sorted.size());
    sorted.forEach(
        (user, root) -> {
          to.putLong(user);
          to.putLong(root);
        });
    to.putLongs(lastSerial);
    to.putLongs(since);
  }

  void load(StateReader from) {
    twins.clear();
    for (int rest = from.getCount(Integer.MAX_VALUE); rest > 0; rest--) {
      twins.put(from.getLong(), from.getLong());
    }
    from.getLongs(lastSerial);
    from.getLongs(since);
  }
}
