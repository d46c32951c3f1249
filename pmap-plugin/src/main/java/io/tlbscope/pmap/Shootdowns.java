package io.tlbscope.pmap;

import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shootdowns that anybody still knows, by number: each is saved once, and named by its number
 * wherever it is known.
 */
final class Shootdowns {
  /** Stands for none; numbers begin at 1. */
  private static final long NONE = 0;

  private final SortedMap<Long, Shootdown> known = new TreeMap<>();

  void add(Shootdown shootdown) {
    if (shootdown != null) {
      known.put(shootdown.id, shootdown);
    }
  }

  void save(StateWriter to, CachedEntries entries) {
    to.putInt(known.size());
    known.values().forEach(shootdown -> shootdown.save(to, entries));
  }

  static Shootdowns load(StateReader from, CachedEntries entries) {
    Shootdowns all = new Shootdowns();
    for (int rest = from.getCount(Integer.MAX_VALUE); rest > 0; rest--) {
      all.add(Shootdown.load(from, entries));
    }
    return all;
  }

  static void put(StateWriter to, Shootdown shootdown) {
    to.putLong(shootdown == null ? NONE : shootdown.id);
  }

  /** The shootdown that comes next, or null. */
  Shootdown get(StateReader from) {
    long id = from.getLong();
    Shootdown shootdown = known.get(id);
    if (shootdown == null && id != NONE) {
      throw new StateException("there is no shootdown " + id);
    }
    return shootdown;
  }
}
