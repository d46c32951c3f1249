package io.tlbscope.tools.cli;

import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.run.MachineBuilder;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.machine.MachineSpec;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * Options of {@code run} and {@code demo}. Those without a value here get the command's default.
 */
final class RunOptions {
  static final int MOST_CPUS = 255;
  private static final long DEFAULT_SEED = 1;
  private static final long LEAST_MEMORY = 1L << 20;
  private static final long MOST_MEMORY = 1L << 40;
  private static final int MOST_QUANTUM = 1 << 30;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      description = "vCPUs, 1 to 255; without the apic plugin only the first can start")
  Integer cpus;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description = "RAM, for example 64M or 1G (default 128M)")
  long memory = 128L << 20;

  @Option(
      names = "--plugin",
      paramLabel = "NAME[,KEY=VALUE...]",
      description =
          "load a plugin; repeatable, in this order; 'none' for no plugins. Default: none for a file, apic and pmap for a bundled guest. See 'tlbscope plugins'")
  List<String> plugins;

  @Option(
      names = "--plugin-path",
      paramLabel = "JAR|DIR",
      split = "[:;]",
      description = "jars, or folders of jars, with more plugins")
  List<Path> pluginPath = new ArrayList<>();

  @Option(
      names = "--cpu",
      paramLabel = "MODEL",
      description =
          "what CPUID reports: intel (default), amd, amd-invlpgb (with INVLPGB and TLBSYNC)")
  String cpu = "intel";

  @Option(
      names = "--tlb",
      paramLabel = "GEOMETRY",
      description =
          "'default', 'unbounded' (keeps every translation until it is invalidated), or NAME=ENTRIESxWAYS,... as in "
              + "l2=1024x8; names: l1d, l1d-large, l1i, l1i-large, l2, pml5e, pml4e, pdpte, pde")
  String tlb = "default";

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description =
          "'deterministic': all vCPUs on one thread, replays exactly (the default); 'parallel': a thread for each vCPU, host time")
  String schedule = "deterministic";

  @Option(
      names = "--memory-order",
      paramLabel = "NAME",
      description =
          "'sc': a store is visible to all at once (the default); 'tso': each vCPU has a store buffer, as processors"
              + " have, which the seed drains. See docs/memory-order.md")
  String memoryOrder = "sc";

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description =
          "'translate': hot code becomes JVM bytecode (the default); 'interpret': none does; "
              + "'check': both run, and the run ends at the first difference. With --memory-order tso: interpret")
  String engine;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "chooses the interleaving of the vCPUs (default 1; with --restore, that of the saved run goes on)")
  Long seed;

  @Option(
      names = "--quantum",
      paramLabel = "N",
      description =
          "mean slice of a vCPU in instructions, throughout (default: about 128 behind interrupts"
              + " between vCPUs and the like, up to 65536 while nothing of the kind happens)")
  Integer quantum;

  @Option(names = "--append", paramLabel = "TEXT", description = "the guest's command line")
  String append = "";

  @Option(
      names = "--initrd",
      paramLabel = "FILE",
      description = "initial RAM disk, or first Multiboot module")
  Path initrd;

  @Option(
      names = "--load-address",
      paramLabel = "PA",
      converter = Address.class,
      description = "where a flat image goes")
  Long loadAddress;

  @Option(
      names = "--entry",
      paramLabel = "PA",
      converter = Address.class,
      description = "a flat image's entry point (default: its load address)")
  Long entry;

  @Option(
      names = "--mode",
      paramLabel = "BITS",
      description = "CPU mode for a flat image: 16, 32 (default) or 64")
  Integer mode;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "write every event, in the format of docs/trace-format.md")
  Path trace;

  @Option(
      names = "--perfetto",
      paramLabel = "FILE",
      description = "write a trace for ui.perfetto.dev")
  Path perfetto;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "write the self-contained HTML report")
  Path report;

  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description =
          "write the summary as JSON; with '-' to standard output, and all other text to standard error")
  String json;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "stop after so many seconds of host time")
  Double timeout;

  @Option(
      names = "--max-instructions",
      paramLabel = "N",
      description = "stop when all vCPUs together retired so many")
  Long maxInstructions;

  @Option(
      names = "--code-cache",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description =
          "translated code to hold, in bytes of class files: the oldest not in use makes room (default 32M)")
  long codeCache = MachineBuilder.DEFAULT_CODE_CACHE;

  @Option(
      names = "--stats",
      description =
          "tell what the translator did: regions, exits by reason, look-aside hits, the interpreter's share, what"
              + " HotSpot compiled; in --json too, and somewhat slower")
  boolean stats;

  @Option(
      names = "--gdb",
      paramLabel = "[HOST]:PORT",
      converter = SocketAddress.class,
      description =
          "wait for gdb there before the first instruction, as in --gdb :1234 for 'target remote :1234'; port 0"
              + " takes a free one. See docs/gdb.md")
  InetSocketAddress gdb;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description =
          "save the whole machine where the guest first writes the marker 0xE5 to port 0x80, or at --save-at; the run"
              + " goes on. See docs/snapshots.md")
  Path save;

  @Option(
      names = "--save-at",
      paramLabel = "N",
      description = "save once all vCPUs together retired so many instructions")
  Long saveAt;

  @Option(
      names = "--restore",
      paramLabel = "FILE",
      description =
          "go on from a saved machine, with the options that it was saved with; with another --seed the vCPUs"
              + " interleave in another way from there")
  Path restore;

  @Option(
      names = "--record-input",
      paramLabel = "FILE",
      description =
          "record what is typed, and when the guest got it; standard input may be a pipe then. See docs/input.md")
  Path recordInput;

  @Option(
      names = "--replay-input",
      paramLabel = "FILE",
      description = "type what --record-input recorded, at the same moments: the same run again")
  Path replayInput;

  /** {@link #seed} was given, and is not a default. */
  boolean seedGiven;

  /** Fills in the command's defaults and checks what can be checked without a machine. */
  void complete(int defaultCpus, List<String> defaultPlugins) throws Problem {
    cpus = cpus == null ? Integer.valueOf(defaultCpus) : cpus;
    seedGiven = seed != null;
    seed = seed == null ? Long.valueOf(DEFAULT_SEED) : seed;
    plugins =
        plugins == null ? defaultPlugins : plugins.equals(List.of("none")) ? List.of() : plugins;
    check(cpus >= 1 && cpus <= MOST_CPUS, "--cpus " + cpus + " is out of range; give 1 to 255");
    check(
        memory >= LEAST_MEMORY && memory <= MOST_MEMORY && memory % 4096 == 0,
        "--memory " + ByteSize.text(memory) + " cannot be had; give 1M to 1T in whole pages of 4K");
    check(
        CpuidModel.NAMES.contains(cpu),
        "--cpu " + cpu + " is unknown; give one of " + String.join(", ", CpuidModel.NAMES));
    check(
        List.of("deterministic", "parallel").contains(schedule),
        "--schedule " + schedule + " is unknown; give deterministic or parallel");
    check(
        MachineBuilder.MEMORY_ORDERS.contains(memoryOrder),
        "--memory-order " + memoryOrder + " is unknown; give sc or tso");
    boolean buffers = memoryOrder.equals("tso");
    engine = engine != null ? engine : buffers ? "interpret" : "translate";
    check(
        !buffers || schedule.equals("deterministic"),
        "--memory-order tso cannot be had with --schedule parallel, which has the host's own order,"
            + " x86-TSO too; leave one of the two out");
    check(
        MachineBuilder.ENGINES.contains(engine),
        "--engine "
            + engine
            + " is unknown; give one of "
            + String.join(", ", MachineBuilder.ENGINES));
    check(
        !buffers || engine.equals("interpret"),
        "--memory-order tso cannot be had with --engine "
            + engine
            + ": translated code has no store buffer; leave --engine out or give interpret");
    check(
        !engine.equals("check") || !schedule.equals("parallel"),
        "--engine check cannot run with --schedule parallel: other CPUs would change memory between"
            + " the two engines; leave --schedule out or give deterministic");
    check(
        gdb == null || !schedule.equals("parallel"),
        "--gdb cannot be had with --schedule parallel: its CPUs do not stop together; leave --schedule"
            + " out or give deterministic");
    check(
        quantum == null || quantum >= 1 && quantum <= MOST_QUANTUM,
        "--quantum " + quantum + " is out of range; give 1 to 1073741824");
    check(
        codeCache >= MachineBuilder.LEAST_CODE_CACHE,
        "--code-cache " + ByteSize.text(codeCache) + " is too small; give 64K or more");
    check(
        maxInstructions == null || maxInstructions > 0,
        "--max-instructions " + maxInstructions + " leaves nothing to run; give 1 or more");
    check(
        timeout == null || timeout > 0,
        "--timeout " + timeout + " is over at once; give seconds above 0");
    check(
        mode == null || List.of(16, 32, 64).contains(mode),
        "--mode " + mode + " is unknown; give 16, 32 or 64");
    check(
        entry == null || loadAddress != null,
        "--entry is for flat images; give --load-address too");
    check(
        mode == null || loadAddress != null, "--mode is for flat images; give --load-address too");
    checkSnapshots();
    checkInput();
  }

  private void checkInput() throws Problem {
    String option =
        recordInput != null ? "--record-input" : replayInput != null ? "--replay-input" : null;
    check(
        recordInput == null || replayInput == null,
        "--record-input and --replay-input exclude each other; leave one of them out");
    check(
        option == null || !schedule.equals("parallel"),
        option
            + " cannot be had with --schedule parallel: its runs do not repeat; leave --schedule out or"
            + " give deterministic");
    check(
        option == null || !hasSnapshots(),
        option
            + " cannot be had with --save and --restore: what is typed cannot be taken back; leave one of"
            + " them out");
  }

  private void checkSnapshots() throws Problem {
    check(saveAt == null || save != null, "--save-at saves nothing; give --save FILE too");
    check(
        saveAt == null || saveAt >= 0,
        "--save-at " + saveAt + " never comes; give 0 or more instructions");
    String option = save != null ? "--save" : restore != null ? "--restore" : null;
    check(
        option == null || !schedule.equals("parallel"),
        option
            + " cannot be had with --schedule parallel: its CPUs follow the host's clock; leave --schedule"
            + " out or give deterministic");
    check(
        option == null || gdb == null,
        option
            + " cannot be had with --gdb: gdb would not know of the other time; leave one of them out");
  }

  /** The machine is saved or was: what is typed cannot be taken back, so that nothing is. */
  boolean hasSnapshots() {
    return save != null || restore != null;
  }

  /**
   * The machine that these options describe.
   *
   * @param exploring as {@code MachineSpec} has it
   */
  MachineSpec spec(
      Path guest, OutputStream console, InputStream input, TraceSink sink, boolean exploring) {
    return new MachineSpec(
        cpus,
        cpu,
        memory,
        tlb,
        schedule,
        memoryOrder,
        engine,
        seed,
        meanSlice(),
        codeCache,
        stats,
        plugins,
        pluginPath,
        guest,
        append,
        initrd,
        loadAddress,
        entry,
        mode == null ? 0 : mode,
        console,
        input,
        sink,
        maxInstructions == null ? Long.MAX_VALUE : maxInstructions,
        gdb,
        save != null && saveAt == null,
        saveAt,
        exploring);
  }

  /** As {@code MachineSpec} has it. */
  int meanSlice() {
    return quantum == null ? 0 : quantum;
  }

  private static void check(boolean holds, String message) throws Problem {
    if (!holds) {
      throw new Problem(ExitCode.USAGE, message);
    }
  }

  /** The words that make the same run again, outputs and host limits left out. */
  List<String> command(String guest) {
    List<String> words = new ArrayList<>(List.of("./tlbscope", "run", guest));
    add(words, "--cpus", cpus);
    add(words, "--memory", ByteSize.text(memory));
    add(words, "--cpu", cpu.equals("intel") ? null : cpu);
    add(words, "--tlb", tlb);
    add(words, "--schedule", schedule.equals("deterministic") ? null : schedule);
    add(words, "--memory-order", memoryOrder.equals("sc") ? null : memoryOrder);
    add(words, "--engine", engine.equals("translate") ? null : engine);
    add(words, "--seed", seed);
    add(words, "--quantum", quantum);
    add(words, "--replay-input", recordInput != null ? recordInput : replayInput);
    add(
        words,
        "--code-cache",
        codeCache == MachineBuilder.DEFAULT_CODE_CACHE ? null : ByteSize.text(codeCache));
    plugins.forEach(plugin -> add(words, "--plugin", plugin));
    if (!pluginPath.isEmpty()) {
      add(
          words,
          "--plugin-path",
          String.join(File.pathSeparator, pluginPath.stream().map(Path::toString).toList()));
    }
    add(words, "--append", append.isEmpty() ? null : append);
    add(words, "--initrd", initrd);
    add(words, "--load-address", loadAddress == null ? null : "0x" + Long.toHexString(loadAddress));
    add(words, "--entry", entry == null ? null : "0x" + Long.toHexString(entry));
    add(words, "--mode", mode);
    add(words, "--max-instructions", maxInstructions);
    add(words, "--restore", restore);
    return words;
  }

  private static void add(List<String> words, String option, Object value) {
    if (value != null) {
      words.add(option);
      words.add(value.toString());
    }
  }
}
