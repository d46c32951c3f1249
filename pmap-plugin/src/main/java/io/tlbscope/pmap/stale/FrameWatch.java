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

  /** The pages of RAM that a mark's frame has. */
  List<Long> of(Mark mark) {
    List<Long> pages = new ArrayList<>(1);
    for (long pa = mark.entry.pa() & ~0xFFFL; pa < mark.entry.pa() + mark.bytes(); pa += 4096) {
      if (memory.isRam(pa)) {
        pages.add(pa);
      }
    }
    return pages;
  }

  void add(Mark mark) {
    for (long page : of(mark)) {
      if (!frames.containsKey(page)) {
        memory.watch(page, false, true);
      }
      put(page, mark);
    }
  }

  private void put(long page, Mark mark) {
    frames.computeIfAbsent(page, any -> new ArrayList<>(1)).add(mark);
  }

  void remove(Mark mark) {
    for (long page : of(mark)) {
      List<Mark> marks = frames.get(page);
      if (marks != null && marks.remove(mark) && marks.isEmpty()) {
        frames.remove(page);
        memory.unwatch(page, false, true);
      }
    }
  }

  /** Takes over marks whose frames are watched already. */
  void load(List<Mark> marks) {
    frames.clear();
    for (Mark mark : marks) {
      of(mark).forEach(page -> put(page, mark));
    }
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
