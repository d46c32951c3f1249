package io.tlbscope.pmap;

import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.core.trace.TraceSink;
import java.util.EnumMap;
import java.util.Map;

/** Writes what the observers see: trace events with the vCPU's exact place, and violations. */
final class Journal implements Stateful {
  /**
   * A guest that breaks a rule in a loop is reported this often for each kind; the rest is counted.
   */
  private static final int REPORTS_A_KIND = 100;

  private final PluginContext context;
  private final TraceSink sink;
  private final SystemMap map;
  private final Map<ViolationKind, Integer> reported = new EnumMap<>(ViolationKind.class);
  private int violations;

  Journal(PluginContext context) throws PluginException {
    this.context = context;
    this.map = SystemMap.of(context.option("symbols"));
    this.sink = context.trace();
  }

  void event(TraceKind kind, Vcpu cpu, long id, long a, long b, long c, long d) {
    sink.accept(
        new TraceEvent(kind, cpu.now(), cpu.index(), cpu.retired(), cpu.rip(), id, a, b, c, d));
  }

  void entry(TraceKind kind, Vcpu cpu, TlbEntry entry, long d) {
    event(kind, cpu, entry.serial(), entry.va(), entry.pa(), flags(entry), d);
  }

  void violation(ViolationKind kind, Vcpu cpu, String message) {
    violation(kind, cpu, message, Map.of());
  }

  void violation(ViolationKind kind, Vcpu cpu, String message, Map<String, Object> details) {
    int count = reported.merge(kind, 1, Integer::sum);
    if (count > REPORTS_A_KIND) {
      return;
    }
    long rip = cpu.rip();
    context.violation(
        new Violation(kind.text(), cpu.index(), rip, symbol(rip), cpu.now(), message, details));
    event(TraceKind.VIOLATION, cpu, violations++, 0, 0, 0, 0);
  }

  String symbol(long rip) {
    String mapped = map.at(rip);
    return mapped.isEmpty() ? context.symbols().at(rip) : mapped;
  }

  /** How often each rule was broken, those past the reporting limit included. */
  Map<ViolationKind, Integer> counts() {
    return reported;
  }

  /** The trace's packing of an entry, see {@link TraceKind}. */
  static long flags(TlbEntry entry) {
    return (entry.writable() ? 1 : 0)
        | (entry.user() ? 2 : 0)
        | (entry.executable() ? 4 : 0)
        | (entry.global() ? 8 : 0)
        | (entry.dirty() ? 16 : 0)
        | (long) entry.pageShift() << 8
        | (long) entry.pcid() << 16;
  }

  @Override
  public void save(StateWriter to) {
    int[] counts = new int[ViolationKind.values().length];
    reported.forEach((kind, count) -> counts[kind.ordinal()] = count);
    to.putInts(counts);
    to.putInt(violations);
  }

  @Override
  public void load(StateReader from) {
    int[] counts = new int[ViolationKind.values().length];
    from.getInts(counts);
    reported.clear();
    for (ViolationKind kind : ViolationKind.values()) {
      if (counts[kind.ordinal()] != 0) {
        reported.put(kind, counts[kind.ordinal()]);
      }
    }
    violations = from.getInt();
  }
}
