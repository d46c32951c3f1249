package io.tlbscope.tools.perfetto;

import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.report.Operations;
import io.tlbscope.tools.tracefile.TraceHeader;
import io.tlbscope.tools.tracefile.TraceJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Events as tracks. Each CPU has three: the shootdowns it initiates (slices from record to
 * release), what it serves for others (a slice for the handler, in it one for each request), and
 * the number of entries in its TLB. A flow leads from the ICR write to each target's
 * acknowledgement, and from the store that makes an entry stale to the entry's first use.
 */
final class TrackSink implements TraceSink {
  private static final long PROCESS = 1;

  private static final class Cpu {
    long entries;
    boolean inHandler;
    boolean serving;
    boolean initiating;
  }

  private final PacketWriter out;
  private final Cpu[] cpus;

  /** Flows begun and not ended: shootdown * 256 + target. */
  private final Set<Long> flows = new HashSet<>();

  /** Entries that were made stale and not used since: flows from the store to the first use. */
  private final Set<Long> staleFlows = new HashSet<>();

  /** Targets of each open shootdown. */
  private final Map<Long, Set<Integer>> targets = new HashMap<>();

  private long last;

  TrackSink(PacketWriter out, TraceHeader header) throws IOException {
    this.out = out;
    cpus = new Cpu[header.cpus()];
    out.process(PROCESS, "tlbscope " + header.guest());
    for (int cpu = 0; cpu < cpus.length; cpu++) {
      cpus[cpu] = new Cpu();
      out.track(initiates(cpu), PROCESS, "CPU " + cpu + " initiates", 3 * cpu, false);
      out.track(serves(cpu), PROCESS, "CPU " + cpu + " serves", 3 * cpu + 1, false);
      out.track(counter(cpu), PROCESS, "CPU " + cpu + " TLB entries", 3 * cpu + 2, true);
    }
  }

  private static long initiates(int cpu) {
    return 0x1000 + cpu;
  }

  private static long serves(int cpu) {
    return 0x2000 + cpu;
  }

  private static long counter(int cpu) {
    return 0x3000 + cpu;
  }

  private static long flow(long shootdown, int target) {
    return shootdown << 8 | target;
  }

  /** Apart from the flows of shootdowns, whose numbers are small. */
  private static long stale(int holder, long serial) {
    return 1L << 62 | serial << 8 | holder;
  }

  @Override
  public void accept(TraceEvent event) {
    last = Math.max(last, event.time());
    if (event.cpu() < 0 || event.cpu() >= cpus.length) {
      return;
    }
    try {
      show(event, cpus[event.cpu()]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void show(TraceEvent event, Cpu cpu) throws IOException {
    int n = event.cpu();
    switch (event.kind()) {
      case TLB_FILL -> out.counter(event.time(), counter(n), ++cpu.entries);
      case TLB_EVICT, TLB_DROP ->
          out.counter(event.time(), counter(n), cpu.entries = Math.max(0, cpu.entries - 1));
      case SHOOTDOWN_BEGIN -> {
        endInitiating(event.time(), n, cpu);
        cpu.initiating = true;
        targets.put(event.id(), new HashSet<>());
        begin(
            event.time(),
            initiates(n),
            Operations.name(event.a()) + " #" + event.id(),
            Map.of("shootdown", event.id(), "address", TraceJson.hex(event.b())));
      }
      case SHOOTDOWN_SLOT ->
          targets.computeIfAbsent(event.id(), id -> new HashSet<>()).add((int) event.a());
      case SHOOTDOWN_ICR -> sent(event, n);
      case SHOOTDOWN_DONE -> {
        targets.remove(event.id());
        endInitiating(event.time(), n, cpu);
      }
      case SHOOTDOWN_TAKEN -> taken(event, n, cpu);
      case SHOOTDOWN_READ -> read(event, n, cpu);
      case SHOOTDOWN_ACK -> {
        long flow = flow(event.id(), n);
        instant(
            event,
            serves(n),
            "acknowledged #" + event.id(),
            List.of(),
            flows.remove(flow) ? List.of(flow) : List.of());
      }
      case SHOOTDOWN_DROP ->
          instant(
              event,
              event.a() == n ? initiates(n) : serves(n),
              "dropped " + TraceJson.hex(event.b()),
              List.of(),
              List.of());
      case SHOOTDOWN_LEFT -> left(event.time(), n, cpu);
      case SHOOTDOWN_LOST ->
          instant(event, initiates(n), "lost #" + event.id(), List.of(), List.of());
      case STALE_MARK -> {
        long flow = stale((int) event.d(), event.id());
        String name = "entry " + event.id() + " of CPU " + event.d() + " made stale";
        instant(
            event, initiates(n), name, staleFlows.add(flow) ? List.of(flow) : List.of(), List.of());
      }
      case STALE_USE -> {
        long flow = stale(n, event.id());
        String name = "stale entry " + event.id() + " used";
        instant(
            event, serves(n), name, List.of(), staleFlows.remove(flow) ? List.of(flow) : List.of());
      }
      case VIOLATION ->
          instant(event, initiates(n), "violation " + event.id(), List.of(), List.of());
      default -> {}
    }
  }

  private void sent(TraceEvent event, int n) throws IOException {
    List<Long> begun =
        targets.getOrDefault(event.id(), Set.of()).stream()
            .map(target -> flow(event.id(), target))
            .filter(flows::add)
            .sorted()
            .toList();
    instant(event, initiates(n), "ICR written #" + event.id(), begun, List.of());
  }

  private void taken(TraceEvent event, int n, Cpu cpu) throws IOException {
    if (!cpu.inHandler) {
      cpu.inHandler = true;
      begin(event.time(), serves(n), "IPI_INVLOP", Map.of());
    }
  }

  private void read(TraceEvent event, int n, Cpu cpu) throws IOException {
    if (!cpu.inHandler) {
      return;
    }
    endServing(event.time(), n, cpu);
    cpu.serving = true;
    begin(
        event.time(),
        serves(n),
        "serve #" + event.id() + " from CPU " + event.a(),
        Map.of("shootdown", event.id()));
  }

  private void left(long time, int n, Cpu cpu) throws IOException {
    endServing(time, n, cpu);
    if (cpu.inHandler) {
      cpu.inHandler = false;
      end(time, serves(n));
    }
  }

  private void endServing(long time, int n, Cpu cpu) throws IOException {
    if (cpu.serving) {
      cpu.serving = false;
      end(time, serves(n));
    }
  }

  private void endInitiating(long time, int n, Cpu cpu) throws IOException {
    if (cpu.initiating) {
      cpu.initiating = false;
      end(time, initiates(n));
    }
  }

  private void begin(long time, long track, String name, Map<String, Object> notes)
      throws IOException {
    out.event(time, PacketWriter.SLICE_BEGIN, track, name, List.of(), List.of(), notes);
  }

  private void end(long time, long track) throws IOException {
    out.event(time, PacketWriter.SLICE_END, track, null, List.of(), List.of(), Map.of());
  }

  private void instant(
      TraceEvent event, long track, String name, List<Long> flows, List<Long> ending)
      throws IOException {
    out.event(
        event.time(),
        PacketWriter.INSTANT,
        track,
        name,
        flows,
        ending,
        Map.of("rip", TraceJson.hex(event.rip())));
  }

  /** Ends what is open when the trace ends. */
  void finish() throws IOException {
    for (int n = 0; n < cpus.length; n++) {
      endInitiating(last, n, cpus[n]);
      left(last, n, cpus[n]);
    }
  }
}
