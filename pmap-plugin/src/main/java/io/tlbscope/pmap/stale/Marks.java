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

/** The stale translations that are cached now, and the frames behind them. */
final class Marks implements Stateful {
  private final MachineControl machine;
  private final FrameWatch frames;

  /** Looked up, never gone through: its order is no run's. */
  private final Map<TlbEntry, Mark> byEntry = new IdentityHashMap<>();

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

  void add(Mark mark) {
    byEntry.put(mark.entry, mark);
    held.get(mark.holder).add(mark);
    if (mark.gone) {
      frames.add(mark);
    }
  }

  void remove(Mark mark) {
    byEntry.remove(mark.entry);
    held.get(mark.holder).remove(mark);
    frames.remove(mark);
  }

  /** Paging-structure caches do not tell what leaves them: forgets what has. */
  void dropOldStructures(Vcpu cpu) {
    List<Mark> marked = held.get(cpu.index());
    if (marked.stream().noneMatch(mark -> Mark.isStructure(mark.entry))) {
      return;
    }
    Map<TlbEntry, Boolean> there = new IdentityHashMap<>();
    cpu.tlb().structureEntries().forEach(entry -> there.put(entry, true));
    for (Mark mark : List.copyOf(marked)) {
      if (Mark.isStructure(mark.entry) && !there.containsKey(mark.entry)) {
        remove(mark);
      }
    }
  }

  @Override
  public void save(StateWriter to) {
    to.tag("marks");
    for (int cpu = 0; cpu < held.size(); cpu++) {
      dropOldStructures(machine.vcpu(cpu));
      to.putInt(held.get(cpu).size());
      for (Mark mark : held.get(cpu)) {
        to.putLong(mark.entry.serial());
        mark.save(to);
      }
    }
  }

  @Override
  public void load(StateReader from) {
    from.tag("marks");
    frames.clear();
    byEntry.clear();
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
        add(Mark.load(from, cpu, entry));
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
