package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.TlbControl;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The stale translations that are cached now, and the frames behind them. */
final class Marks implements Stateful {
  private final MachineControl machine;
  private final FrameWatch frames;

  /** Looked up, never gone through: its order is no run's. */
  private final Map<TlbEntry, Mark> byEntry = new IdentityHashMap<>();

  /** Entries that were stale for a while: whoever changed them may have them invalidated yet. */
  private final Map<TlbEntry, Mark> restored = new IdentityHashMap<>();

  /** By vCPU that holds the entry, in order of their making. */
  private final List<List<Mark>> held = new ArrayList<>();

  Marks(MachineControl machine) {
    this.machine = machine;
    frames = new FrameWatch(machine.physical());
    for (int i = 0; i < machine.vcpuCount(); i++) {
      held.add(new ArrayList<>());
    }
  }

  /** The entry's mark, or null if it is not stale. */
  Mark of(TlbEntry entry) {
    return byEntry.get(entry);
  }

  /** Those of the entries that the vCPU holds; not to be changed. */
  List<Mark> heldBy(int cpu) {
    return held.get(cpu);
  }

  FrameWatch frames() {
    return frames;
  }

  /**
   * @param noticesReuse whether new uses of its frame matter
   */
  void add(Mark mark, boolean noticesReuse) {
    byEntry.put(mark.entry, mark);
    held.get(mark.holder).add(mark);
    if (mark.gone && noticesReuse) {
      frames.add(mark);
    }
  }

  /** The page tables give the entry again. */
  void restored(Mark mark) {
    remove(mark);
    restored.put(mark.entry, mark);
  }

  /** The entry has left its TLB. */
  void forget(TlbEntry entry) {
    restored.remove(entry);
  }

  /** See {@link Sanitizer#madeBy}. */
  List<Mark> madeBy(int cpu) {
    return held.stream().flatMap(List::stream).filter(mark -> mark.writer.cpu() == cpu).toList();
  }

  /** See {@link Sanitizer#restoredBy}. */
  List<Mark> restoredBy(int cpu) {
    return restored.values().stream().filter(mark -> mark.writer.cpu() == cpu).toList();
  }

  void remove(Mark mark) {
    byEntry.remove(mark.entry);
    held.get(mark.holder).remove(mark);
    frames.remove(mark);
  }

  /** Paging-structure caches do not tell what leaves them: forgets what has. */
  void dropOldStructures(Vcpu cpu) {
    oldStructures(cpu).forEach(this::remove);
  }

  /** The marks of paging-structure entries that are cached no longer. */
  private List<Mark> oldStructures(Vcpu cpu) {
    List<Mark> old = new ArrayList<>();
    for (Mark mark : held.get(cpu.index())) {
      if (Mark.isStructure(mark.entry)) {
        old.add(mark);
      }
    }
    if (!old.isEmpty()) {
      Map<TlbEntry, Boolean> there = new IdentityHashMap<>();
      cpu.tlb().structureEntries().forEach(entry -> there.put(entry, true));
      old.removeIf(mark -> there.containsKey(mark.entry));
    }
    return old;
  }

  @Override
  public void save(StateWriter to) {
    to.tag("marks");
    SortedSet<Long> unused = new TreeSet<>();
    for (int cpu = 0; cpu < held.size(); cpu++) {
      List<Mark> cached = new ArrayList<>(held.get(cpu));
      for (Mark old : oldStructures(machine.vcpu(cpu))) {
        cached.remove(old);
        unused.addAll(frames.of(old));
      }
      to.putInt(cached.size());
      for (Mark mark : cached) {
        to.putLong(mark.entry.serial());
        mark.save(to);
      }
    }
    to.putLongs(unused.stream().mapToLong(Long::longValue).toArray());
  }

  @Override
  public void load(StateReader from) {
    from.tag("marks");
    List<Mark> gone = new ArrayList<>();
    byEntry.clear();
    restored.clear();
    for (int cpu = 0; cpu < held.size(); cpu++) {
      held.get(cpu).clear();
      int count = from.getCount(Integer.MAX_VALUE);
      Map<Long, TlbEntry> entries = count == 0 ? Map.of() : entries(machine.vcpu(cpu).tlb());
      for (int rest = count; rest > 0; rest--) {
        long serial = from.getLong();
        TlbEntry entry = entries.get(serial);
        if (entry == null) {
          throw new StateException("CPU " + cpu + " holds no translation of serial " + serial);
        }
        Mark mark = Mark.load(from, cpu, entry);
        byEntry.put(entry, mark);
        held.get(cpu).add(mark);
        if (mark.gone) {
          gone.add(mark);
        }
      }
    }
    // The watches themselves are the memory's state.
    frames.load(gone);
    for (long page : from.getLongs()) {
      if (frames.at(page).isEmpty()) {
        machine.physical().unwatch(page, false, true);
      }
    }
  }

  private static Map<Long, TlbEntry> entries(TlbControl tlb) {
    Map<Long, TlbEntry> bySerial = new HashMap<>();
    tlb.entries().forEach(entry -> bySerial.put(entry.serial(), entry));
    tlb.structureEntries().forEach(entry -> bySerial.put(entry.serial(), entry));
    return bySerial;
  }
}
