package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.SseControl;
import io.tlbscope.core.interpret.Accelerator;
import io.tlbscope.core.interpret.BlockCache;
import io.tlbscope.core.interpret.Code;
import io.tlbscope.core.interpret.Interpreter;
import io.tlbscope.core.interpret.Node;
import io.tlbscope.core.interpret.NodeTable;
import io.tlbscope.core.ir.LiftMode;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
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

  /**
   * Regions that wait to be made at most: code that is not in demand any more when its turn comes
   * has cost its time for nothing. Who is sent away comes again when the code is hot again.
   */
  private static final int MOST_WAITING = 256;

  private final PhysicalMemory memory;
  private final Settings settings;
  private final ExecutorService worker;
  private final Statistics[] statistics;
  private final CodeCache cache;

  /** Heads that are being made into regions, so that several vCPUs do not have one made each. */
  private final Set<Code> waiting = ConcurrentHashMap.newKeySet();

  /** One a vCPU; null when regions are not checked. */
  private EngineCheck[] checks;

  /** What becomes of a region's code before its first run; a test puts faults into it. */
  UnaryOperator<RegionCode> loaded = UnaryOperator.identity();

  private int made;
  private int grown;
  private long instructions;
  private long bytes;
  private int tooLarge;
  private int failed;

  /** What went wrong last; null if nothing did. */
  private volatile IllegalStateException failure;

  /**
   * @param worker one thread, or the calling one; the caller's to close
   */
  public RegionTranslator(
      PhysicalMemory memory,
      BlockCache blocks,
      int cpus,
      Settings settings,
      ExecutorService worker) {
    this.memory = memory;
    this.settings = settings;
    this.cache = new CodeCache(memory, settings.codeCache());
    this.worker = worker;
    statistics = new Statistics[cpus];
    for (int i = 0; i < cpus; i++) {
      statistics[i] = new Statistics();
    }
    blocks.also(cache::codeChanged);
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

  /** Regions count their memory accesses. */
  boolean counts() {
    return settings.counts();
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
    if (!possible(node) || node.spared()) {
      return;
    }
    if (adopt(cpu, nodes, node, null)) {
      return;
    }
    // Told early of a region that is of no use here: not hot yet.
    if (node.heat < Node.HOT || !request(cpu, nodes, node, 0, node.rip, Set.of())) {
      node.cool();
    }
  }

  /** Enters the region that was made of the node's code, by any vCPU, if it is another one. */
  private boolean adopt(Processor cpu, NodeTable nodes, Node node, Region but) {
    return node.code.translation instanceof Region region
        && region != but
        && region.rip == node.rip
        && cache.enter(region, cpu.index(), node, entry(cpu, nodes, node, region));
  }

  /** 64-bit code, and 32-bit code without segmentation at the same linear addresses. */
  private static boolean possible(Node node) {
    LiftMode mode = node.mode;
    return mode.flat() && mode.code() != CodeMode.BITS16 && node.linear == node.rip;
  }

  /**
   * False if the node shall come again later.
   *
   * @param wanted offset of a block that must be in the region if control can get to it
   * @param refills see {@link RegionRequest}
   */
  private boolean request(
      Processor cpu, NodeTable nodes, Node node, int growth, long wanted, Set<Long> refills) {
    if (waiting.size() >= MOST_WAITING || !waiting.add(node.code)) {
      return false;
    }
    CodePages pages = new CodePages(cpu.mmu, memory);
    RegionBuilder builder = new RegionBuilder(nodes, node.mode, pages, CAP, settings.polls());
    List<RegionBlock> blocks = builder.build(node.rip, wanted);
    if (blocks.isEmpty()) {
      waiting.remove(node.code);
      return true;
    }
    for (RegionBlock block : blocks) {
      Node covered = nodes.peek(block.rip, node.mode);
      if (covered != null && covered != node) {
        covered.cover();
      }
    }
    List<Region.Piece> pieces = new ArrayList<>();
    for (RegionBlock block : blocks) {
      int length = (int) (block.rips[block.rips.length - 1] - block.rip);
      pages.pieces(block.rip, length, pieces);
    }
    RegionRequest request =
        new RegionRequest(
            node.rip,
            blocks,
            pieces,
            pages.vas(),
            pages.pas(),
            builder.capped,
            growth,
            refills,
            SseControl.precise(cpu.s));
    worker.execute(() -> attempt(cpu, nodes, node, request));
    return true;
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
    } finally {
      waiting.remove(node.code);
    }
  }

  private void make(Processor cpu, NodeTable nodes, Node node, RegionRequest wanted) {
    RegionRequest request = wanted;
    RegionWriter.Result written = write(request);
    while (written.size() > RegionWriter.LIMIT) {
      if (request.blocks().size() == 1) {
        synchronized (this) {
          tooLarge++;
        }
        return;
      }
      request = request.smaller();
      written = write(request);
    }
    RegionCode code = loaded.apply(RegionLoader.load(written));
    int size = written.bytes().length;
    Region region = new Region(request, code, written.exits(), size, node.code, statistics.length);
    synchronized (this) {
      made++;
      instructions += region.instructions;
      bytes += written.size();
    }
    cache.add(region);
    node.code.translation = region;
    cache.enter(region, cpu.index(), node, entry(cpu, nodes, node, region));
  }

  private RegionWriter.Result write(RegionRequest request) {
    return new RegionWriter(request, settings, checks != null).write();
  }

  /** False, and the region given up, when its bytes are not what they were. vCPU's thread. */
  boolean compare(Node node, RegionEntry entry) {
    boolean same = cache.compare(entry.region);
    if (!same) {
      node.fast = null;
      node.cool();
    }
    return same;
  }

  /**
   * An exit is taken often: what it leads to belongs into the region. Another vCPU may have come to
   * the same end before.
   *
   * @param rip where the exit leads
   * @return false if there is no time for it now
   */
  boolean grow(Processor cpu, NodeTable nodes, Node node, Region region, long rip) {
    if (adopt(cpu, nodes, node, region) || region.growth >= MOST_GROWTH || region.capped) {
      return true;
    }
    return again(cpu, nodes, node, region, rip, region.refills);
  }

  /**
   * The look-aside often does not serve an instruction: with a region that fills it, there is no
   * need to leave.
   *
   * @return false if there is no time for it now
   */
  boolean refill(Processor cpu, NodeTable nodes, Node node, Region region, Set<Long> rips) {
    if (!settings.refills()
        || region.refills.containsAll(rips)
        || adopt(cpu, nodes, node, region)
        || region.growth >= MOST_GROWTH) {
      return true;
    }
    Set<Long> all = new TreeSet<>(region.refills);
    all.addAll(rips);
    return again(cpu, nodes, node, region, node.rip, all);
  }

  private boolean again(
      Processor cpu, NodeTable nodes, Node node, Region region, long rip, Set<Long> refills) {
    boolean asked = request(cpu, nodes, node, region.growth + 1, rip, refills);
    if (asked) {
      synchronized (this) {
        grown++;
      }
    }
    return asked;
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
    cache.report(report);
    report.put("regions_too_large", tooLarge);
    report.put("regions_failed", failed);
    report.put("guest_instructions", instructions);
    report.put("bytecode_bytes", bytes);
    long inRegions = Arrays.stream(statistics).mapToLong(Statistics::retired).sum();
    report.put("entries", Arrays.stream(statistics).mapToLong(Statistics::entries).sum());
    report.put("instructions_in_regions", inRegions);
    report.put("interpreter_share", retired == 0 ? 1 : 1 - (double) inRegions / retired);
    if (settings.counts()) {
      long accesses = Arrays.stream(statistics).mapToLong(Statistics::accesses).sum();
      long missed = exits(RegionExit.Why.MEMORY);
      report.put("accesses_in_regions", accesses);
      report.put("look_aside_hit_rate", accesses == 0 ? 1 : 1 - (double) missed / accesses);
    }
    Map<String, Object> exits = new LinkedHashMap<>();
    for (RegionExit.Why why : RegionExit.Why.values()) {
      exits.put(why.name().toLowerCase(Locale.ROOT), exits(why));
    }
    report.put("exits", exits);
    return report;
  }

  private long exits(RegionExit.Why why) {
    return Arrays.stream(statistics).mapToLong(vcpu -> vcpu.exits(why)).sum();
  }
}
