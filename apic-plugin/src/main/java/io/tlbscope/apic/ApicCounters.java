package io.tlbscope.apic;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a machine's APICs did, for the summary. */
final class ApicCounters {
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
}
