package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What the sanitizer counted, for the summary. */
final class StaleTally implements Stateful {
  /** Places listed for needless invalidations; the rest is in the total. */
  private static final int PLACES = 10;

  /** Translations that a store made stale. */
  long marked;

  /** Of these, still cached when the page tables gave them again. */
  long restored;

  /** Accesses and walks through them, the legal ones included. */
  long uses;

  long violations;

  private long needless;
  private final Map<Invalidation, Long> byKind = new TreeMap<>();
  private final Map<Long, Long> byRip = new TreeMap<>();

  /** An entry was invalidated although nobody had changed it. */
  void needless(Invalidation why, long rip) {
    needless++;
    byKind.merge(why, 1L, Long::sum);
    byRip.merge(rip, 1L, Long::sum);
  }

  Map<String, Object> section(Findings findings) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("entries_made_stale", marked);
    map.put("restored", restored);
    map.put("stale_uses", uses);
    map.put("violations", violations);
    map.put("over_invalidated", needless);
    Map<String, Object> kinds = new LinkedHashMap<>();
    byKind.forEach(
        (kind, count) -> kinds.put(kind.name().toLowerCase(java.util.Locale.ROOT), count));
    map.put("over_invalidated_by", kinds);
    Map<String, Object> places = new LinkedHashMap<>();
    byRip.entrySet().stream()
        .sorted(
            Map.Entry.<Long, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(PLACES)
        .forEach(
            entry ->
                places.merge(
                    name(findings, entry.getKey()),
                    entry.getValue(),
                    (a, b) -> (Long) a + (Long) b));
    map.put("over_invalidated_in", places);
    return map;
  }

  private static String name(Findings findings, long rip) {
    String symbol = findings.symbol(rip);
    return symbol.isEmpty() ? Mark.hex(rip) : symbol;
  }

  @Override
  public void save(StateWriter to) {
    to.putLongs(new long[] {marked, restored, uses, violations, needless});
    to.putInt(byKind.size());
    byKind.forEach(
        (kind, count) -> {
          to.putInt(kind.ordinal());
          to.putLong(count);
        });
    to.putInt(byRip.size());
    byRip.forEach(
        (rip, count) -> {
          to.putLong(rip);
          to.putLong(count);
        });
  }

  @Override
  public void load(StateReader from) {
    long[] counts = new long[5];
    from.getLongs(counts);
    marked = counts[0];
    restored = counts[1];
    uses = counts[2];
    violations = counts[3];
    needless = counts[4];
    byKind.clear();
    for (int rest = from.getCount(Invalidation.values().length); rest > 0; rest--) {
      byKind.put(Invalidation.values()[from.getInt()], from.getLong());
    }
    byRip.clear();
    for (int rest = from.getCount(Integer.MAX_VALUE); rest > 0; rest--) {
      byRip.put(from.getLong(), from.getLong());
    }
  }
}
