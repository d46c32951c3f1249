package io.tlbscope.pmap;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TrapKind;
import java.util.BitSet;
import java.util.List;

/** What Linux does, step by step, on a fake machine of three CPUs that all run one program. */
final class LinuxProtocol {
  static final int VECTOR = 0xFC;
  static final long VA = 0x400000;

  /** What all CPUs of the fake machine have. */
  static final int PCID = 5;

  final FakeMachine machine = new FakeMachine(3);
  private long serial;

  LinuxProtocol attach() throws Exception {
    machine.options.put("os", "linux");
    machine.attach();
    return this;
  }

  FakeMachine.Cpu cpu(int index) {
    return machine.cpus.get(index);
  }

  /** The CPU has walked for the address under this root. */
  FakeMachine.Entry fill(int cpu, long va, long root, int pcid) {
    FakeMachine.Entry entry = new FakeMachine.Entry(++serial, va, 12, 0x7000, pcid, root, false);
    cpu(cpu).entries.add(entry);
    machine.pmap.fill(cpu(cpu), entry, Access.READ);
    return entry;
  }

  FakeMachine.Entry fill(int cpu, long va, long root) {
    return fill(cpu, va, root, PCID);
  }

  FakeMachine.Entry fill(int cpu) {
    return fill(cpu, VA, FakeMachine.ROOT);
  }

  /** A store to the page table, after which these entries are stale. */
  void unmap(int writer, FakeMachine.Entry... entries) {
    for (FakeMachine.Entry entry : entries) {
      machine.cpus.stream()
          .filter(cpu -> cpu.entries.contains(entry))
          .forEach(cpu -> cpu.stale.add(entry));
    }
    machine.store(cpu(writer), 0, 8, machine.time);
  }

  void call(int from, int... targets) {
    machine.time++;
    BitSet set = new BitSet();
    for (int target : targets) {
      set.set(target);
    }
    machine.pmap.ipiSent(cpu(from), VECTOR, 0, VECTOR, set);
    for (int target : targets) {
      machine.pmap.irrSet(cpu(target), VECTOR, false, cpu(from));
    }
  }

  void enter(int target) {
    machine.time++;
    cpu(target).cpl = 0;
    machine.pmap.taken(cpu(target), VECTOR, TrapKind.EXTERNAL, 0x1000, 3);
  }

  void leave(int target) {
    machine.time++;
    cpu(target).cpl = 3;
    machine.pmap.returned(cpu(target), 0x2000, 0);
  }

  void invlpg(int cpu, long va) {
    machine.time++;
    remove(cpu, va, Invalidation.INVLPG);
    machine.pmap.invalidate(cpu(cpu), Invalidation.INVLPG, va, 0, 0);
  }

  void flush(int cpu) {
    machine.time++;
    remove(cpu, -1, Invalidation.INVPCID_ALL);
    machine.pmap.invalidate(cpu(cpu), Invalidation.INVPCID_ALL, -1, -1, 0);
  }

  private void remove(int cpu, long va, Invalidation why) {
    for (TlbEntry entry : List.copyOf(cpu(cpu).entries)) {
      if (va == -1 || entry.va() == va) {
        cpu(cpu).entries.remove(entry);
        machine.pmap.drop(cpu(cpu), entry, why);
      }
    }
  }

  void use(int cpu, FakeMachine.Entry entry) {
    machine.time++;
    machine.pmap.use(cpu(cpu), entry, entry.va() + 8, Access.READ);
  }

  void moveTo(int cpu, long root) {
    long before = cpu(cpu).cr3;
    cpu(cpu).cr3 = root;
    machine.pmap.controlWritten(cpu(cpu), 3, before, root);
  }
}
