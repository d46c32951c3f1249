package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.hook.TlbEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The frames behind stale translations, by 4 KiB page; stores to them are watched. */
final class FrameWatch {
  private final PhysicalAccess memory;
  private final Map<Long, List<Mark>> frames = new LinkedHashMap<>();

  FrameWatch(PhysicalAccess memory) {
    this.memory = memory;
  }

  void add(Mark mark) {
    for (long pa = first(mark); pa < mark.entry.pa() + mark.bytes(); pa += 4096) {
      if (memory.isRam(pa)) {
        frames.computeIfAbsent(pa, page -> watched(page)).add(mark);
      }
    }
  }

  private List<Mark> watched(long page) {
    memory.watch(page, false, true);
    return new ArrayList<>(1);
  }

  void remove(Mark mark) {
    for (long pa = first(mark); pa < mark.entry.pa() + mark.bytes(); pa += 4096) {
      List<Mark> marks = frames.get(pa);
      if (marks != null && marks.remove(mark) && marks.isEmpty()) {
        frames.remove(pa);
        memory.unwatch(pa, false, true);
      }
    }
  }

  void clear() {
    frames.keySet().forEach(page -> memory.unwatch(page, false, true));
    frames.clear();
  }

  private static long first(Mark mark) {
    return mark.entry.pa() & ~0xFFFL;
  }

  /** The marks of the frame at {@code pa}. */
  List<Mark> at(long pa) {
    return frames.getOrDefault(pa & ~0xFFFL, List.of());
  }

  /** Each marked frame that the new entry maps. */
  void within(TlbEntry entry, Consumer<Long> frame) {
    if (frames.isEmpty()) {
      return;
    }
    if (entry.pageShift() == 12) {
      if (frames.containsKey(entry.pa())) {
        frame.accept(entry.pa());
      }
      return;
    }
    long end = entry.pa() + (1L << entry.pageShift());
    for (Long page : List.copyOf(frames.keySet())) {
      if (page >= entry.pa() && page < end) {
        frame.accept(page);
      }
    }
  }
}
