package io.tlbscope.core.run;

import io.tlbscope.core.interpret.BlockCache;
import io.tlbscope.core.interpret.Interpreter;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.translate.Compilations;
import io.tlbscope.core.translate.RegionTranslator;
import io.tlbscope.core.translate.Settings;
import io.tlbscope.core.vcpu.Processor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What executes the vCPUs' instructions: an interpreter each, and the translator they share. */
final class Engines implements AutoCloseable {
  private final String name;
  private final Processor[] processors;
  private final Interpreter[] interpreters;

  /** Null when nothing is translated. */
  private final RegionTranslator translator;

  /** Null when nobody asked for statistics. */
  private final Compilations compilations;

  /** The translator's thread: one a machine, so that vCPUs go on while it works. */
  private final ExecutorService worker;

  /**
   * @param name of {@link MachineBuilder#ENGINES}
   * @param settings of the translator, if there is one
   */
  Engines(String name, Processor[] processors, PhysicalMemory memory, Settings settings) {
    this.name = name;
    this.processors = processors;
    BlockCache blocks = new BlockCache(memory);
    interpreters = new Interpreter[processors.length];
    for (Processor cpu : processors) {
      interpreters[cpu.index()] = new Interpreter(cpu, blocks);
    }
    boolean translates = !name.equals("interpret");
    compilations = translates && settings.counts() ? new Compilations() : null;
    worker = translates ? Executors.newSingleThreadExecutor(Engines::thread) : null;
    translator =
        translates
            ? new RegionTranslator(memory, blocks, processors.length, settings, worker)
            : null;
    for (Processor cpu : processors) {
      if (translates) {
        Interpreter interpreter = interpreters[cpu.index()];
        if (name.equals("check")) {
          translator.check(cpu, interpreter);
        }
        interpreter.accelerate(translator.accelerator(cpu, interpreter.nodes()));
      }
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "tlbscope-translator");
    thread.setDaemon(true);
    return thread;
  }

  String name() {
    return name;
  }

  /** One a vCPU, in their order. */
  Engine[] engines() {
    Engine[] engines = new Engine[interpreters.length];
    for (int i = 0; i < engines.length; i++) {
      engines[i] = interpreters[i]::run;
    }
    return engines;
  }

  /** The machine was made what it was at another time. */
  void rewound() {
    for (Interpreter interpreter : interpreters) {
      interpreter.moved();
    }
  }

  /** Offsets of the blocks that the vCPU ran last, oldest first. */
  List<Long> recentBlocks(Processor cpu) {
    return interpreters[cpu.index()].recentBlocks();
  }

  /** What the translator did, for {@code --stats}; empty when there is none. */
  Map<String, Object> statistics() {
    if (translator == null) {
      return Map.of();
    }
    long retired = 0;
    for (Processor cpu : processors) {
      retired += cpu.s.retired;
    }
    Map<String, Object> report = new LinkedHashMap<>(translator.report(retired));
    if (compilations != null) {
      compilations.report(report);
    }
    return report;
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.shutdownNow();
    }
    if (compilations != null) {
      compilations.close();
    }
  }
}
