package io.tlbscope.pmap;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.LinkedHashMap;
import java.util.Map;

/** Totals of a run, as the summary shows them. Deterministic mode: one thread. */
final class Tally implements Stateful {
  long initiated;
  long completed;
  long lost;
  long inFlight;

  /** Serial shootdowns that asked no other CPU; parallel ones begin with their first target. */
  long withoutTargets;

  /** IPI_INVLOP, one for each target CPU. */
  long ipisSent;

  /** Those that found the vector's IRR bit set. */
  long ipisMerged;

  long dropped;

  /** Entries that a shootdown dropped although the page tables still agreed with them. */
  long overInvalidated;

  /** Invalidations inside a shootdown that found nothing to drop. */
  long notPresent;

  /** Targets that were interrupted and had nothing to drop. */
  long wastedIpis;

  long servedByHost;
  final long[] byOperation = new long[InvlOp.values().length + 1];

  Map<String, Object> section(Journal journal, String follows) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("follows", follows);
    map.put("initiated", initiated);
    map.put("completed", completed);
    map.put("lost", lost);
    map.put("in_flight", inFlight);
    map.put("without_targets", withoutTargets);
    map.put("ipis_sent", ipisSent);
    map.put("ipis_merged", ipisMerged);
    map.put("dropped", dropped);
    map.put("over_invalidated", overInvalidated);
    map.put("not_present", notPresent);
    map.put("wasted_ipis", wastedIpis);
    map.put("served_by_host", servedByHost);
    Map<String, Object> operations = new LinkedHashMap<>();
    for (InvlOp op : InvlOp.values()) {
      if (byOperation[op.code()] != 0) {
        operations.put(op.text(), byOperation[op.code()]);
      }
    }
    map.put("operations", operations);
    Map<String, Object> kinds = new LinkedHashMap<>();
    for (ViolationKind kind : ViolationKind.values()) {
      Integer count = journal.counts().get(kind);
      if (count != null) {
        kinds.put(kind.text(), count);
      }
    }
    map.put("violation_counts", kinds);
    return map;
  }

  @Override
  public void save(StateWriter to) {
    to.putLongs(
        new long[] {
          initiated,
          completed,
          lost,
          inFlight,
          withoutTargets,
          ipisSent,
          ipisMerged,
          dropped,
          overInvalidated,
          notPresent,
          wastedIpis,
          servedByHost
        });
    to.putLongs(byOperation);
  }

  @Override
  public void load(StateReader from) {
    long[] values = from.getLongs();
    int i = 0;
    initiated = values[i++];
    completed = values[i++];
    lost = values[i++];
    inFlight = values[i++];
    withoutTargets = values[i++];
    ipisSent = values[i++];
    ipisMerged = values[i++];
    dropped = values[i++];
    overInvalidated = values[i++];
    notPresent = values[i++];
    wastedIpis = values[i++];
    servedByHost = values[i++];
    from.getLongs(byOperation);
  }
}
