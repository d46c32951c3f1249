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
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The stale translations that are cached now, and the frames behind them. */
final class Marks implements Stateful {
  private final MachineControl machine;
  private final FrameWatch frames;

  /** Looked up, never gone through: its order is no run's. */
  private final Map<TlbEntry, Mark> byEntry = new IdentityHashMap<>();

  /**
   * The last marks of entries that were stale for a while: whoever changed them may have them
   * invalidated yet.
   */
  private final Map<TlbEntry, Mark> lastOf = new IdentityHashMap<>();

  /** The same, in order. */
  private final Set<Mark> restored = new LinkedHashSet<>();

  /** By vCPU that holds the entry, in order of their making. */
  private final List<Set<Mark>> held = new ArrayList<>();

  /** Whether new uses of frames matter. */
  private final boolean noticesReuse;

  Marks(MachineControl machine, boolean noticesReuse) {
    this.machine = machine;
    this.noticesReuse = noticesReuse;
    frames = new FrameWatch(machine.physical());
    for (int i = 0; i < machine.vcpuCount(); i++) {
      held.add(new LinkedHashSet<>());
    }
  }

  /** The entry's mark, or null if it is not stale. */
  Mark of(TlbEntry entry) {
    return byEntry.get(entry);
  }

  /** Those of the entries that the vCPU holds; not to be changed. */
  Collection<Mark> heldBy(int cpu) {
    return held.get(cpu);
  }

  FrameWatch frames() {
    return frames;
  }

  void add(Mark mark) {
    byEntry.put(mark.entry, mark);
    held.get(mark.holder).add(mark);
    if (watchesFrame(mark)) {
      frames.add(mark);
    }
  }

  private boolean watchesFrame(Mark mark) {
    return mark.gone && noticesReuse;
  }

  /** The page tables give the entry again. */
  void restored(Mark mark) {
    remove(mark);
    forget(mark.entry);
    lastOf.put(mark.entry, mark);
    restored.add(mark);
  }

  /** The entry has left its TLB. */
  void forget(TlbEntry entry) {
    Mark last = lastOf.remove(entry);
    if (last != null) {
      restored.remove(last);
    }
  }

  /** See {@link Sanitizer#madeBy}. */
  List<Mark> madeBy(int cpu) {
    return held.stream().flatMap(Set::stream).filter(mark -> mark.writer.cpu() == cpu).toList();
  }

  /** See {@link Sanitizer#restoredBy}. */
  List<Mark> restoredBy(int cpu) {
    return restored.stream().filter(mark -> mark.writer.cpu() == cpu).toList();
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
      Set<Mark> cached = new LinkedHashSet<>(held.get(cpu));
      for (Mark old : oldStructures(machine.vcpu(cpu))) {
        cached.remove(old);
        if (watchesFrame(old)) {
          unused.addAll(frames.of(old));
        }
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
    List<Mark> watching = new ArrayList<>();
    byEntry.clear();
    lastOf.clear();
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
        if (watchesFrame(mark)) {
          watching.add(mark);
        }
      }
    }
    // The watches themselves are the memory's state.
    frames.load(watching);
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
