package io.tlbscope.pmap;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import io.tlbscope.pmap.stale.Sanitizer;

/**
 * The plugin's records in a machine's snapshots.
 *
 * @param tracker null where the guest has nothing to follow
 * @param stale null where nobody looks for stale uses
 * @param sanitizer null where nobody follows the page tables
 */
record PmapState(
    MachineControl machine,
    Journal journal,
    Tally tally,
    Tracker tracker,
    StaleWatch stale,
    Sanitizer sanitizer)
    implements Stateful {
  @Override
  public void save(StateWriter to) {
    to.put(journal);
    to.put(tally);
    if (sanitizer != null) {
      to.put(sanitizer);
    }
    if (tracker == null) {
      return;
    }
    CachedEntries entries = new CachedEntries(machine);
    Shootdowns known = new Shootdowns();
    tracker.known(known);
    if (stale != null) {
      stale.known(known);
    }
    known.save(to, entries);
    tracker.save(to);
    if (stale != null) {
      stale.save(to, entries);
    }
  }

  @Override
  public void load(StateReader from) {
    from.get(journal);
    from.get(tally);
    if (sanitizer != null) {
      from.get(sanitizer);
    }
    if (tracker == null) {
      return;
    }
    CachedEntries entries = new CachedEntries(machine);
    Shootdowns known = Shootdowns.load(from, entries);
    tracker.load(from, known);
    if (stale != null) {
      stale.load(from, entries, known);
    }
  }
}
