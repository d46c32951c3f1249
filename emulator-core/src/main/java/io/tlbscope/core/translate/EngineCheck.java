package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.interpret.Interpreter;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.memory.StoreLog;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Holds one vCPU's regions against its interpreter. What a region did is taken back, the
 * interpreter executes as many instructions from the same state, and then these must be the same:
 *
 * <ul>
 *   <li>RIP, the retired count, the whole RFLAGS image, general registers, segment bases, XMM0..15,
 *       MXCSR, x87;
 *   <li>RAM wherever either of them stored, by its final content: a store that writes what was
 *       there, or what a later one replaces, is not missed.
 * </ul>
 *
 * Both note their stores: the region by {@link LoggedStores}, the interpreter by {@link
 * io.tlbscope.core.mmu.Mmu#record}. The second execution asks no TLB, calls no hook and takes no
 * event, because the first one did not; so the run and its trace are those of either engine alone.
 */
final class EngineCheck {
  private final Processor cpu;
  private final CpuState s;
  private final Interpreter interpreter;
  private final PhysicalMemory memory;
  private final StoreLog translated = new StoreLog();
  private final StoreLog interpreted = new StoreLog();
  private final StateCopy before = new StateCopy();
  private final StateCopy byTranslator = new StateCopy();
  private final StateCopy byInterpreter = new StateCopy();

  EngineCheck(Processor cpu, Interpreter interpreter, PhysicalMemory memory) {
    this.cpu = cpu;
    this.s = cpu.s;
    this.interpreter = interpreter;
    this.memory = memory;
    cpu.stores = translated;
  }

  /** A region is about to run. */
  void before() {
    before.take(s);
    translated.clear();
    interpreted.clear();
  }

  /** It was left, and the vCPU's state is up to date. */
  void after(Region region, RegionExit exit, CodeMode mode) {
    byTranslator.take(s);
    long[] stored = translated.now();
    translated.undo();
    before.restore(s);
    cpu.mmu.record(interpreted);
    try {
      interpreter.again(byTranslator.retired - before.retired);
    } finally {
      cpu.mmu.record(null);
    }
    byInterpreter.take(s);
    List<DifferenceReport.Item> cells = cells(stored);
    if (!cells.isEmpty() || !byTranslator.same(byInterpreter)) {
      throw new DifferenceReport(before, byTranslator, byInterpreter, cells)
          .error(cpu, region, exit, mode);
    }
  }

  /** Memory that differs; leaves memory as both have it when there is none. */
  private List<DifferenceReport.Item> cells(long[] stored) {
    List<DifferenceReport.Item> cells = new ArrayList<>();
    differing(translated, stored, translated.now(), cells);
    if (cells.isEmpty() && interpreted.count() > 0) {
      long[] again = interpreted.now();
      interpreted.undo();
      translated.redo(stored);
      differing(interpreted, interpreted.now(), again, cells);
    }
    return cells;
  }

  private void differing(
      StoreLog log, long[] first, long[] second, List<DifferenceReport.Item> cells) {
    Set<Long> seen = new HashSet<>();
    for (int n = 0; n < first.length; n++) {
      if (first[n] != second[n] && seen.add(log.ha(n))) {
        String name = "memory pa %x, %d bytes".formatted(memory.pa(log.ha(n)), log.bytes(n));
        cells.add(new DifferenceReport.Item(name, log.old(n), first[n], second[n]));
      }
    }
  }
}
