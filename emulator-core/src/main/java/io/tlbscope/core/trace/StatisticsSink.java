package io.tlbscope.core.trace;

import java.util.Arrays;

/**
 * Counts events by kind, in all and for each vCPU, and what their arguments say of IPIs and
 * shootdowns.
 */
public final class StatisticsSink implements TraceSink {
  private static final int KINDS = TraceKind.values().length;

  private final long[] counts = new long[KINDS];

  /** [vCPU][kind]; grows with the highest vCPU seen. */
  private long[][] perCpu = new long[0][];

  private long ipisMerged;
  private long shootdownsMerged;

  @Override
  public void accept(TraceEvent event) {
    int kind = event.kind().ordinal();
    counts[kind]++;
    if (event.cpu() >= 0) {
      row(event.cpu())[kind]++;
    }
    switch (event.kind()) {
      case IRR_SET -> ipisMerged += event.b() != 0 && event.c() >= 0 ? 1 : 0;
      case SHOOTDOWN_IRR -> shootdownsMerged += event.b() != 0 ? 1 : 0;
      default -> {}
    }
  }

  private long[] row(int cpu) {
    if (cpu >= perCpu.length) {
      int before = perCpu.length;
      perCpu = Arrays.copyOf(perCpu, cpu + 1);
      for (int n = before; n <= cpu; n++) {
        perCpu[n] = new long[KINDS];
      }
    }
    return perCpu[cpu];
  }

  /** Events of the kind, those of the machine (vCPU -1) included. */
  public long count(TraceKind kind) {
    return counts[kind.ordinal()];
  }

  /** Events of the kind on the vCPU; 0 for a vCPU never seen. */
  public long count(TraceKind kind, int cpu) {
    return cpu < perCpu.length ? perCpu[cpu][kind.ordinal()] : 0;
  }

  /** Interprocessor interrupts that found their IRR bit set already. */
  public long ipisMerged() {
    return ipisMerged;
  }

  /** Shootdown requests whose IPI merged into one that was pending. */
  public long shootdownsMerged() {
    return shootdownsMerged;
  }
}
