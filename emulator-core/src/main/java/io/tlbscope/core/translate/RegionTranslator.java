package io.tlbscope.core.translate;

import io.tlbscope.core.interpret.Accelerator;
import io.tlbscope.core.interpret.BlockCache;
import io.tlbscope.core.interpret.Interpreter;
import io.tlbscope.core.interpret.Node;
import io.tlbscope.core.interpret.NodeTable;
import io.tlbscope.core.ir.LiftMode;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.UnaryOperator;

/**
 * A machine's translator: takes hot heads from the vCPUs, makes regions on a thread of its own
 * while the vCPUs go on interpreting, gives them back, and drops them when their pages change.
 */
public final class RegionTranslator {
  /** Guest instructions of a region at most; fewer when the method would be too long to compile. */
  private static final int CAP = 100;

  /** Times that a region is made anew with more code. */
  private static final int MOST_GROWTH = 6;

  private final PhysicalMemory memory;
  private final boolean polls;
  private final ExecutorService worker;
  private final Statistics[] statistics;
  private final Map<Long, List<Region>> byPage = new HashMap<>();

  /** One a vCPU; null when regions are not checked. */
  private EngineCheck[] checks;

  /** What becomes of a region's code before its first run; a test puts faults into it. */
  UnaryOperator<RegionCode> loaded = UnaryOperator.identity();

  private int made;
  private int grown;
  private int compared;
  private long instructions;
  private long bytes;
  private int dropped;
  private int failed;

  /** What went wrong last; null if nothing did. */
  private volatile IllegalStateException failure;

  /**
   * @param polls regions ask for pending events at loop heads: they may come while one runs
   * @param worker one thread, or the calling one; the caller's to close
   */
  public RegionTranslator(
      PhysicalMemory memory, BlockCache blocks, int cpus, boolean polls, ExecutorService worker) {
    this.memory = memory;
    this.polls = polls;
    this.worker = worker;
    statistics = new Statistics[cpus];
    for (int i = 0; i < cpus; i++) {
      statistics[i] = new Statistics();
    }
    blocks.also(this::codeChanged);
  }

  /**
   * Has all that the vCPU's regions do done again by its interpreter, and ends the run at the first
   * difference; before anything is translated. For vCPUs that do not run at once.
   */
  public void check(Processor cpu, Interpreter interpreter) {
    if (checks == null) {
      checks = new EngineCheck[statistics.length];
    }
    checks[cpu.index()] = new EngineCheck(cpu, interpreter, memory);
  }

  private RegionEntry entry(Processor cpu, NodeTable nodes, Node node, Region region) {
    return checks == null
        ? new RegionEntry(this, cpu, nodes, node, region)
        : new CheckedEntry(this, cpu, nodes, node, region, checks[cpu.index()]);
  }

  public Statistics statistics(Processor cpu) {
    return statistics[cpu.index()];
  }

  /** What the vCPU's interpreter tells of its hot code. */
  public Accelerator accelerator(Processor cpu, NodeTable nodes) {
    return node -> hot(cpu, nodes, node);
  }

  private void hot(Processor cpu, NodeTable nodes, Node node) {
    if (failure != null && checks != null) {
      throw failure;
    }
    if (!possible(node)) {
      return;
    }
    if (node.code.translation instanceof Region region && !region.dead && region.rip == node.rip) {
      node.fast = entry(cpu, nodes, node, region);
    } else {
      request(cpu, nodes, node, 0);
    }
  }

  /** 64-bit code, and 32-bit code without segmentation at the same linear addresses. */
  private static boolean possible(Node node) {
    LiftMode mode = node.mode;
    return mode.flat() && mode.code() != CodeMode.BITS16 && node.linear == node.rip;
  }

  private void request(Processor cpu, NodeTable nodes, Node node, int growth) {
    CodePages pages = new CodePages(cpu.mmu, memory);
    RegionBuilder builder = new RegionBuilder(nodes, node.mode, pages, CAP);
    List<RegionBlock> blocks = builder.build(node.rip);
    if (blocks.isEmpty()) {
      return;
    }
    List<Region.Piece> pieces = new ArrayList<>();
    for (RegionBlock block : blocks) {
      int length = (int) (block.rips[block.rips.length - 1] - block.rip);
      pages.pieces(block.rip, length, pieces);
    }
    RegionRequest request =
        new RegionRequest(
            node.rip, blocks, pieces, pages.vas(), pages.pas(), builder.capped, growth);
    worker.execute(() -> attempt(cpu, nodes, node, request));
  }

  /**
   * On the worker's thread. A bug here costs speed only: the code stays interpreted. It is counted,
   * and ends a run that checks the translator.
   */
  private void attempt(Processor cpu, NodeTable nodes, Node node, RegionRequest request) {
    try {
      make(cpu, nodes, node, request);
    } catch (RuntimeException | LinkageError e) {
      synchronized (this) {
        failed++;
      }
      failure = new IllegalStateException("no region could be made of 0x%x".formatted(node.rip), e);
    }
  }

  private void make(Processor cpu, NodeTable nodes, Node node, RegionRequest wanted) {
    RegionRequest request = wanted;
    RegionWriter.Result written = new RegionWriter(request.blocks(), polls, checks != null).write();
    while (written.size() > RegionWriter.LIMIT) {
      if (request.blocks().size() == 1) {
        return;
      }
      request = request.smaller();
      written = new RegionWriter(request.blocks(), polls, checks != null).write();
    }
    Region region =
        new Region(
            request, loaded.apply(RegionLoader.load(written)), written.exits(), written.size());
    synchronized (this) {
      made++;
      instructions += region.instructions;
      bytes += region.size;
      for (long page : region.paPages) {
        byPage.computeIfAbsent(page, p -> new ArrayList<>()).add(region);
      }
    }
    node.code.translation = region;
    node.fast = entry(cpu, nodes, node, region);
  }

  /** False, and the region given up, when its bytes are not what they were. vCPU's thread. */
  boolean compare(Node node, RegionEntry entry) {
    Region region = entry.region;
    boolean same;
    synchronized (this) {
      same = !region.dead && region.compare(memory);
      compared++;
    }
    if (!same) {
      node.fast = null;
      node.heat = 0;
    }
    return same;
  }

  /** An exit is taken often: what it leads to belongs into the region. */
  void grow(Processor cpu, NodeTable nodes, Node node, Region region) {
    if (region.growth < MOST_GROWTH && !region.capped) {
      synchronized (this) {
        grown++;
      }
      request(cpu, nodes, node, region.growth + 1);
    }
  }

  /**
   * What was done, by name, in the order to show it.
   *
   * @param retired instructions by all vCPUs
   */
  public synchronized Map<String, Object> report(long retired) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("regions", made);
    report.put("regions_grown", grown);
    report.put("regions_dropped", dropped);
    report.put("regions_compared", compared);
    report.put("regions_failed", failed);
    report.put("guest_instructions", instructions);
    report.put("bytecode_bytes", bytes);
    long inRegions = Arrays.stream(statistics).mapToLong(Statistics::retired).sum();
    report.put("entries", Arrays.stream(statistics).mapToLong(Statistics::entries).sum());
    report.put("instructions_in_regions", inRegions);
    report.put("interpreter_share", retired == 0 ? 1 : 1 - (double) inRegions / retired);
    Map<String, Object> exits = new LinkedHashMap<>();
    for (RegionExit.Why why : RegionExit.Why.values()) {
      exits.put(
          why.name().toLowerCase(Locale.ROOT),
          Arrays.stream(statistics).mapToLong(vcpu -> vcpu.exits(why)).sum());
    }
    report.put("exits", exits);
    return report;
  }

  private synchronized void codeChanged(long paPage) {
    List<Region> changed = byPage.get(paPage & -CodePages.PAGE);
    if (changed != null) {
      changed.removeIf(region -> region.dead);
      for (Region region : changed) {
        region.stored(paPage & -CodePages.PAGE);
        dropped++;
      }
    }
  }
}
