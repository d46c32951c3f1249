package io.tlbscope.tools;

import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.tracefile.TraceFileWriter;
import io.tlbscope.tools.tracefile.TraceHeader;
import io.tlbscope.tools.tracefile.TraceTrailer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A trace as a run of the shootdown storm would give, without a machine: CPUs in random order take
 * one step each of the parallel protocol. Its events obey the meanings in {@link TraceKind}; the
 * same arguments give the same trace.
 */
public final class SyntheticTrace {
  private static final long KERNEL = 0xFFFFFFFF80000000L;
  private static final int VECTOR = 0xF4;
  private static final int ALL = 1;
  private static final int RANGE = 5;
  private static final int PAGE = 8;
  private static final int[] OPS = {PAGE, PAGE, PAGE, RANGE, RANGE, ALL};

  /** A cached translation. */
  private record Entry(long serial, long va, long pa, long flags) {}

  private static final class Shootdown {
    long id;
    int initiator;
    int op;
    long va1;
    long va2;
    long generation;
    int dropped;
    int waiting;
  }

  private static final class Cpu {
    final Map<Long, Entry> tlb = new TreeMap<>();
    long serial;
    long retired;
    int phase;
    Shootdown own;
    boolean irr;
    boolean inHandler;
    Shootdown serving;
    int servingPhase;
    final List<Shootdown> served = new ArrayList<>();
  }

  private final TraceSink sink;
  private final Random random;
  private final Cpu[] cpus;

  /** [target][initiator]: the request that waits there. */
  private final Shootdown[][] slots;

  private final List<Violation> violations = new ArrayList<>();
  private long time = 1000;
  private long lastId;
  private int open;

  private SyntheticTrace(int cpuCount, long seed, TraceSink sink) {
    this.sink = sink;
    this.random = new Random(seed);
    this.cpus = new Cpu[cpuCount];
    this.slots = new Shootdown[cpuCount][cpuCount];
    for (int n = 0; n < cpuCount; n++) {
      cpus[n] = new Cpu();
    }
  }

  /** Plays the trace into the sink and gives its violations: none, or one when asked for. */
  public static List<Violation> play(
      int cpuCount, int shootdowns, long seed, boolean violation, TraceSink sink) {
    SyntheticTrace trace = new SyntheticTrace(cpuCount, seed, sink);
    trace.run(shootdowns, violation, seed);
    return trace.violations;
  }

  /** Writes the trace as a file. */
  public static Path write(Path file, int cpuCount, int shootdowns, long seed, boolean violation) {
    TraceHeader header =
        new TraceHeader(
            "synthetic.elf",
            "0".repeat(64),
            cpuCount,
            seed,
            Map.of("cpus", "" + cpuCount, "seed", "" + seed),
            List.of(
                "tlbscope", "run", "synthetic.elf", "--cpus", "" + cpuCount, "--seed", "" + seed),
            "test");
    try (TraceFileWriter writer = new TraceFileWriter(Files.newOutputStream(file), header)) {
      List<Violation> violations = play(cpuCount, shootdowns, seed, violation, writer);
      Map<Long, String> symbols = new LinkedHashMap<>();
      writer.rips().stream().sorted().forEach(rip -> symbols.put(rip, symbol(rip)));
      writer.finish(new TraceTrailer(violations, symbols, Map.of("format", 1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static String symbol(long rip) {
    String[] names = {"smp_targeted_tlb_shootdown", "invlop_handler", "worker", "cpu_idle"};
    int function = (int) (rip - KERNEL >> 8 & 3);
    return names[function] + "+0x" + Long.toHexString(rip & 0xFF);
  }

  private void run(int shootdowns, boolean violation, long seed) {
    emit(TraceKind.RUN_START, -1, 0, 0, cpus.length, seed, 64L << 20, 0);
    for (int n = 1; n < cpus.length; n++) {
      emit(TraceKind.CPU_STARTED, n, 0x300, 0, 8, 0, 0, 0);
    }
    "synthetic guest\n".chars().forEach(ch -> emit(TraceKind.CONSOLE, 0, 0x240, 0, ch, 0, 0, 0));
    while (lastId < shootdowns || open > 0) {
      time += 3 + random.nextInt(30);
      int n = random.nextInt(cpus.length);
      cpus[n].retired += 1 + random.nextInt(20);
      step(n, cpus[n], shootdowns);
      if (violation && violations.isEmpty() && lastId > shootdowns / 2) {
        violations.add(
            new Violation(
                "stale-use",
                n,
                KERNEL + 0x210,
                symbol(KERNEL + 0x210),
                time,
                "CPU "
                    + n
                    + " read 0x7f0000001000 through an entry that shootdown "
                    + (lastId - 1)
                    + " should have dropped"));
        emit(TraceKind.VIOLATION, n, 0x210, 0, 0, 0, 0, 0);
      }
    }
    emit(TraceKind.RUN_END, -1, 0, 0, 1, time, 0, 0);
  }

  private void step(int n, Cpu cpu, int limit) {
    if (cpu.inHandler) {
      serve(n, cpu);
    } else if (cpu.irr && random.nextInt(3) > 0) {
      cpu.irr = false;
      cpu.inHandler = true;
      emit(TraceKind.INTERRUPT_TAKEN, n, 0x100, 0, VECTOR, 0, KERNEL + 0x220, 0);
      for (Shootdown waiting : slots[n]) {
        if (waiting != null) {
          emit(TraceKind.SHOOTDOWN_TAKEN, n, 0x100, waiting.id, waiting.initiator, 0, 0, 0);
        }
      }
    } else if (cpu.own != null) {
      initiate(n, cpu);
    } else if (lastId < limit && random.nextInt(4) == 0) {
      begin(n, cpu);
    } else {
      fill(n, cpu);
    }
  }

  private void fill(int n, Cpu cpu) {
    boolean large = random.nextInt(12) == 0;
    long va =
        large
            ? 0x40000000L + ((long) random.nextInt(8) << 21)
            : 0x7F0000000000L + ((long) random.nextInt(24) << 12);
    if (cpu.tlb.containsKey(va)) {
      return;
    }
    long flags = 0x13 | (large ? 21 : 12) << 8 | (long) (1 + random.nextInt(3)) << 16;
    Entry entry = new Entry(++cpu.serial, va, 0x200000L + (va & 0xFFFFFFL), flags);
    cpu.tlb.put(va, entry);
    emit(TraceKind.TLB_FILL, n, 0x210, entry.serial, va, entry.pa, flags, random.nextInt(3));
    if (cpu.tlb.size() > 24) {
      Entry victim = cpu.tlb.remove(cpu.tlb.keySet().iterator().next());
      emit(TraceKind.TLB_EVICT, n, 0x210, victim.serial, victim.va, victim.pa, victim.flags, 0);
    }
  }

  private void begin(int n, Cpu cpu) {
    Shootdown own = new Shootdown();
    own.id = ++lastId;
    own.initiator = n;
    own.op = OPS[random.nextInt(OPS.length)];
    own.va1 = own.op == ALL ? 0 : 0x7F0000000000L + ((long) random.nextInt(20) << 12);
    own.va2 = own.op == RANGE ? own.va1 + 0x4000 : own.op == PAGE ? own.va1 : 0;
    own.generation = own.id + 1;
    cpu.own = own;
    cpu.phase = 0;
    open++;
    emit(TraceKind.SHOOTDOWN_BEGIN, n, 0x10, own.id, own.op, own.va1, own.va2, own.generation);
  }

  private void initiate(int n, Cpu cpu) {
    Shootdown own = cpu.own;
    if (cpu.phase == 0) {
      for (int t = 0; t < cpus.length; t++) {
        if (t != n) {
          slots[t][n] = own;
          own.waiting++;
          time += 4;
          emit(TraceKind.SHOOTDOWN_SLOT, n, 0x20, own.id, t, 0, 0, 0);
        }
      }
    } else if (cpu.phase == 1) {
      emit(
          TraceKind.IPI_SENT,
          n,
          0x30,
          0,
          VECTOR,
          0,
          0xC0000 | VECTOR,
          -1L >>> 64 - cpus.length & ~(1L << n));
      emit(TraceKind.SHOOTDOWN_ICR, n, 0x30, own.id, 0xC0000 | VECTOR, 0, 0, 0);
      for (int t = 0; t < cpus.length; t++) {
        if (t != n) {
          emit(TraceKind.IRR_SET, t, 0x220, 0, VECTOR, cpus[t].irr ? 1 : 0, n, 0);
          emit(TraceKind.SHOOTDOWN_IRR, t, 0x220, own.id, n, cpus[t].irr ? 1 : 0, 0, 0);
          cpus[t].irr = true;
        }
      }
    } else if (cpu.phase == 2) {
      flush(n, cpu, own);
    } else if (own.waiting == 0) {
      emit(TraceKind.SHOOTDOWN_DONE, n, 0x50, own.id, own.op, cpus.length - 1, own.dropped, 0);
      cpu.own = null;
      open--;
    }
    cpu.phase++;
  }

  private void serve(int n, Cpu cpu) {
    Shootdown serving = cpu.serving;
    if (serving == null) {
      for (Shootdown waiting : slots[n]) {
        if (waiting != null) {
          cpu.serving = waiting;
          cpu.servingPhase = 0;
          emit(TraceKind.SHOOTDOWN_READ, n, 0x120, waiting.id, waiting.initiator, 0, 0, 0);
          return;
        }
      }
      for (Shootdown done : cpu.served) {
        emit(TraceKind.SHOOTDOWN_LEFT, n, 0x220, done.id, done.initiator, 0, 0, 0);
      }
      cpu.served.clear();
      cpu.inHandler = false;
      emit(TraceKind.INTERRUPT_RETURN, n, 0x220, 0, KERNEL + 0x1F0, 0, 0, 0);
    } else if (cpu.servingPhase++ == 0) {
      slots[n][serving.initiator] = null;
      serving.waiting--;
      cpu.served.add(serving);
      emit(
          TraceKind.SHOOTDOWN_ACK,
          n,
          0x130,
          serving.id,
          serving.initiator,
          serving.generation,
          0,
          0);
    } else {
      flush(n, cpu, serving);
      cpu.serving = null;
    }
  }

  private void flush(int n, Cpu cpu, Shootdown shootdown) {
    int dropped = 0;
    for (Entry entry : List.copyOf(cpu.tlb.values())) {
      if (shootdown.op == ALL
          || entry.va >= shootdown.va1 && entry.va <= Math.max(shootdown.va1, shootdown.va2 - 1)) {
        cpu.tlb.remove(entry.va);
        dropped++;
        emit(TraceKind.TLB_DROP, n, 0x140, entry.serial, entry.va, entry.pa, entry.flags, 0);
        emit(
            TraceKind.SHOOTDOWN_DROP,
            n,
            0x140,
            shootdown.id,
            shootdown.initiator,
            entry.va,
            entry.pa,
            entry.flags);
      }
    }
    shootdown.dropped += dropped;
    emit(
        TraceKind.TLB_INVALIDATE,
        n,
        0x140,
        0,
        shootdown.op == ALL ? -1 : shootdown.va1,
        -1,
        0,
        dropped);
  }

  private void emit(TraceKind kind, int cpu, long offset, long id, long a, long b, long c, long d) {
    long retired = cpu < 0 ? 0 : cpus[cpu].retired;
    sink.accept(
        new TraceEvent(kind, time, cpu, retired, cpu < 0 ? 0 : KERNEL + offset, id, a, b, c, d));
  }
}
