package io.tlbscope.apic;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a machine's APICs did, for the summary. */
final class ApicCounters implements Stateful {
  /** Interrupt commands routed. */
  long sent;

  /** Interrupts that found their IRR bit set by an earlier one; IPIs only. */
  long merged;

  /** Requests without effect, by name. */
  final Map<String, Long> ignored = new TreeMap<>();

  Map<String, Object> ipis() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("sent", sent);
    map.put("merged", merged);
    return map;
  }

  Map<String, Object> apic() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("ignored", new TreeMap<>(ignored));
    return map;
  }

  @Override
  public void save(StateWriter to) {
    to.putLong(sent);
    to.putLong(merged);
    to.putInt(ignored.size());
    ignored.forEach(
        (what, count) -> {
          to.putString(what);
          to.putLong(count);
        });
  }

  @Override
  public void load(StateReader from) {
    sent = from.getLong();
    merged = from.getLong();
    ignored.clear();
    for (int rest = from.getCount(Integer.MAX_VALUE); rest > 0; rest--) {
      ignored.put(from.getString(), from.getLong());
    }
  }
}
