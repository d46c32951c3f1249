package io.tlbscope.core.run;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.trace.SerialSink;
import io.tlbscope.core.trace.TraceSink;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a machine shall be; {@link #build} checks it all and gives the machine, or says what is
 * wrong and how to mend it.
 */
public final class MachineBuilder {
  /** Names for {@link #engine}. */
  public static final List<String> ENGINES = List.of("translate", "interpret", "check");

  /** Names for {@link #memoryOrder}. */
  public static final List<String> MEMORY_ORDERS = List.of("sc", "tso");

  /** Bytes; see {@link #codeCache}. */
  public static final long DEFAULT_CODE_CACHE = 32 << 20;

  /** A machine whose every loop evicts the others makes no progress. */
  public static final long LEAST_CODE_CACHE = 64 << 10;

  int cpus = 1;
  long memory = 128L << 20;
  String cpu = "intel";
  String tlb = "default";
  String schedule = "deterministic";
  String memoryOrder = "sc";

  /** Null for what goes with the memory order. */
  private String engine;

  long seed;
  int quantum;
  private boolean fixedQuantum;
  long codeCache = DEFAULT_CODE_CACHE;
  boolean statistics;
  final List<String> plugins = new ArrayList<>();
  List<Path> pluginPath = List.of();
  Path guest;
  BootOptions boot = BootOptions.defaults();
  OutputStream consoleOut = OutputStream.nullOutputStream();
  InputStream consoleIn;
  TraceSink trace = TraceSink.NONE;
  long maxInstructions = Long.MAX_VALUE;
  InetSocketAddress gdb;
  boolean stopAtViolation;
  boolean pauseAtMarker;
  long pauseAt = Long.MAX_VALUE;

  MachineBuilder() {}

  /** vCPUs, 1..255. */
  public MachineBuilder cpus(int count) {
    cpus = count;
    return this;
  }

  /** What CPUID reports: a name of {@link CpuidModel#NAMES}. */
  public MachineBuilder cpu(String model) {
    cpu = model;
    return this;
  }

  /** RAM in bytes, a multiple of 4096; at least 1 MiB. */
  public MachineBuilder memory(long bytes) {
    memory = bytes;
    return this;
  }

  /** Geometry of every vCPU's TLB: {@code default}, {@code unbounded} or sets and ways. */
  public MachineBuilder tlb(String geometry) {
    tlb = geometry;
    return this;
  }

  /**
   * How instructions are executed: {@code translate} (default), {@code interpret}, or {@code
   * check}: as translate, and all that translated code does is done again by the interpreter and
   * compared. Check wants the deterministic schedule. Memory order {@code tso} is interpreted.
   */
  public MachineBuilder engine(String name) {
    engine = name;
    return this;
  }

  /** {@code deterministic}, or {@code parallel}: one host thread a vCPU, host time. */
  public MachineBuilder schedule(String name) {
    schedule = name;
    return this;
  }

  /**
   * When other vCPUs see a store: {@code sc}, at once (default), or {@code tso}, when it leaves the
   * vCPU's store buffer, at a moment that the seed draws. For the deterministic schedule.
   */
  public MachineBuilder memoryOrder(String name) {
    memoryOrder = name;
    return this;
  }

  /** Chooses the interleaving; any value. */
  public MachineBuilder seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Mean length of a slice in instructions, 1..2^30. When it is not given, slices adapt: short
   * around what the vCPUs do to each other, longer while they do nothing of the kind.
   */
  public MachineBuilder quantum(int instructions) {
    quantum = instructions;
    fixedQuantum = true;
    return this;
  }

  /** Adds a plugin: {@code name} or {@code name,key=value,...}. */
  public MachineBuilder plugin(String spec) {
    plugins.add(spec);
    return this;
  }

  /** Jars, and directories of jars, searched for plugins beside those on the class path. */
  public MachineBuilder pluginPath(List<Path> path) {
    pluginPath = List.copyOf(path);
    return this;
  }

  public MachineBuilder guest(Path image) {
    guest = image;
    return this;
  }

  /** Command line, initrd, and where a flat image goes. */
  public MachineBuilder boot(BootOptions options) {
    boot = options;
    return this;
  }

  /**
   * COM1's output and input; {@code in} may be null, and makes a run depend on when input arrives.
   */
  public MachineBuilder console(OutputStream out, InputStream in) {
    consoleOut = out;
    consoleIn = in;
    return this;
  }

  /** Takes the run's events; the caller closes it. */
  public MachineBuilder trace(TraceSink sink) {
    trace = sink;
    return this;
  }

  /** The run ends once all vCPUs together retired so many. */
  public MachineBuilder maxInstructions(long count) {
    maxInstructions = count;
    return this;
  }

  /**
   * Memory for translated code, counted in bytes of class files; at least 64 KiB. What HotSpot
   * makes of them takes several times that.
   */
  public MachineBuilder codeCache(long bytes) {
    codeCache = bytes;
    return this;
  }

  /**
   * Listens for gdb, and holds the machine before its first instruction until one comes. Port 0
   * takes a free one: {@link Machine#gdbPort}. Wants the deterministic schedule.
   */
  public MachineBuilder gdb(InetSocketAddress address) {
    gdb = address;
    return this;
  }

  /**
   * {@link Machine#run} pauses behind the guest's first write of the marker, 0xE5, to the POST port
   * 0x80. Wants the deterministic schedule.
   */
  public MachineBuilder pauseAtMarker(boolean wanted) {
    pauseAtMarker = wanted;
    return this;
  }

  /**
   * {@link Machine#run} pauses once all vCPUs together retired so many, 0 or more. Wants the
   * deterministic schedule.
   */
  public MachineBuilder pauseAt(long instructions) {
    pauseAt = instructions;
    return this;
  }

  /** Has more counted for {@link Machine#engineStatistics}, at some cost. */
  public MachineBuilder statistics(boolean wanted) {
    statistics = wanted;
    return this;
  }

  /** The run ends behind the instruction with which the guest breaks a rule of a plugin. */
  public MachineBuilder stopAtViolation(boolean wanted) {
    stopAtViolation = wanted;
    return this;
  }

  public Machine build() throws MachineException {
    check(
        cpus >= 1 && cpus <= 255,
        "--cpus "
            + cpus
            + " is out of range: give 1 to 255 (an xAPIC ID has 8 bits, 255 is broadcast)");
    check(
        schedule.equals("deterministic") || parallel(),
        "--schedule " + schedule + " is unknown: there are deterministic and parallel");
    check(
        MEMORY_ORDERS.contains(memoryOrder),
        "--memory-order " + memoryOrder + " is unknown: there are sc and tso");
    check(
        !memoryOrder.equals("tso") || !parallel(),
        "--memory-order tso cannot be had with --schedule parallel, which has the host's own order,"
            + " x86-TSO too; leave one of the two out");
    check(
        !memoryOrder.equals("tso") || chosenEngine().equals("interpret"),
        "--memory-order tso cannot be had with --engine "
            + engine
            + ": translated code has no store buffer; leave --engine out or give interpret");
    check(
        ENGINES.contains(chosenEngine()),
        "--engine " + engine + " is unknown: there are " + String.join(", ", ENGINES));
    check(
        !chosenEngine().equals("check") || !parallel(),
        "--engine check cannot run with --schedule parallel: other CPUs would change memory between"
            + " the two engines; leave --schedule out or give deterministic");
    check(
        gdb == null || !parallel(),
        "--gdb cannot be had with --schedule parallel: its CPUs do not stop together; leave --schedule"
            + " out or give deterministic");
    check(
        CpuidModel.NAMES.contains(cpu),
        "--cpu " + cpu + " is unknown: there are " + String.join(", ", CpuidModel.NAMES));
    check(
        !fixedQuantum || quantum >= 1 && quantum <= 1 << 30,
        "--quantum " + quantum + " is out of range: give 1 to 1073741824");
    check(
        maxInstructions > 0,
        "--max-instructions " + maxInstructions + " leaves nothing to run: give at least 1");
    check(
        codeCache >= LEAST_CODE_CACHE,
        "--code-cache " + codeCache + " is too small: give at least 64K");
    check(pauseAt >= 0, "a pause at " + pauseAt + " instructions never comes: give 0 or more");
    check(
        !parallel() || !pauseAtMarker && pauseAt == Long.MAX_VALUE,
        "--schedule parallel does not pause: its CPUs do not stop together; leave --schedule out or"
            + " give deterministic");
    check(guest != null, "no guest is named");
    if (parallel()) {
      trace = new SerialSink(trace);
    }
    return Assembly.build(this);
  }

  String chosenEngine() {
    String usual = memoryOrder.equals("tso") ? "interpret" : "translate";
    return engine == null ? usual : engine;
  }

  boolean parallel() {
    return schedule.equals("parallel");
  }

  private static void check(boolean holds, String message) throws MachineException {
    if (!holds) {
      throw new MachineException(message);
    }
  }
}
