package io.tlbscope.core.translate;

import io.tlbscope.core.interpret.Node;
import io.tlbscope.core.memory.PhysicalMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A machine's regions: by the pages that their code lies in, and in an order in which they make
 * room for others. What is over the limit goes, oldest first; one that ran since it was looked at
 * last gets another round. Thread-safe.
 */
final class CodeCache {
  private final PhysicalMemory memory;
  private final long limit;
  private final Map<Long, List<Region>> byPage = new HashMap<>();

  /** Those that can run, in the order in which they are to be looked at. */
  private final Deque<Region> all = new ArrayDeque<>();

  private long bytes;
  private int dropped;
  private int evicted;
  private int compared;

  /**
   * @param limit bytes of class files at most; one region is kept whatever its size
   */
  CodeCache(PhysicalMemory memory, long limit) {
    this.memory = memory;
    this.limit = limit;
  }

  synchronized void add(Region region) {
    replace(region);
    all.add(region);
    bytes += region.size;
    for (long page : region.paPages) {
      byPage.computeIfAbsent(page, p -> new ArrayList<>()).add(region);
    }
    while (bytes > limit && all.size() > 1) {
      Region oldest = all.remove();
      if (oldest == region || oldest.ran) {
        oldest.ran = false;
        all.add(oldest);
      } else {
        evicted++;
        free(oldest);
      }
    }
  }

  /**
   * Frees those that began where the new one does, if their bytes have changed: code that is made
   * again and again at one place.
   */
  private void replace(Region by) {
    for (Region region : List.copyOf(byPage.getOrDefault(by.paPages[0], List.of()))) {
      if (region.rip == by.rip && region.stale() != 0) {
        compare(region);
      }
    }
  }

  /**
   * The entry is that of the region on its vCPU from now on.
   *
   * @return false if the region is gone
   */
  synchronized boolean enter(Region region, int cpu, Node node, RegionEntry entry) {
    if (!region.dead) {
      region.entered(cpu, node, entry);
      node.fast = entry;
    }
    return !region.dead;
  }

  /** False, and the region gone, when its bytes are not what they were. */
  synchronized boolean compare(Region region) {
    if (!region.dead) {
      compared++;
      if (!region.compare(memory)) {
        all.remove(region);
        free(region);
      }
    }
    return !region.dead;
  }

  /** There was a store to a page that holds code. */
  synchronized void codeChanged(long paPage) {
    long page = paPage & -CodePages.PAGE;
    List<Region> changed = byPage.get(page);
    if (changed != null) {
      changed.forEach(region -> region.stored(page));
      dropped += changed.size();
    }
  }

  /** Nothing holds the region's class any more, except a vCPU that is just running it. */
  private void free(Region region) {
    bytes -= region.size;
    for (long page : region.paPages) {
      List<Region> there = byPage.get(page);
      if (there != null) {
        there.remove(region);
        if (there.isEmpty()) {
          byPage.remove(page);
        }
      }
    }
    region.free();
  }

  synchronized void report(Map<String, Object> report) {
    report.put("regions_held", all.size());
    report.put("regions_dropped", dropped);
    report.put("regions_compared", compared);
    report.put("regions_evicted", evicted);
    report.put("code_cache_bytes", bytes);
  }
}
