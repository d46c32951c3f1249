package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The pages of page tables that cached translations were derived from. Stores to them are watched;
 * a store is looked up by the address of the paging-structure entry.
 *
 * <p>Entries of the TLB are indexed by the last entry of their walk. Those above are shared by many
 * and change seldom: a store to one of them has every vCPU's TLB searched.
 */
final class TableWatch implements Stateful {
  /** A page that entries were derived from. */
  private static final class Table {
    /** TLB entries whose last paging-structure entry lies here. */
    int leaves;

    /** A walk went through it to another table: paging-structure caches may hold that. */
    boolean upper;
  }

  /** One vCPU's entry in the index. */
  private static final class Leaf {
    final int holder;
    final TlbEntry entry;
    Leaf next;

    Leaf(int holder, TlbEntry entry, Leaf next) {
      this.holder = holder;
      this.entry = entry;
      this.next = next;
    }
  }

  /** Takes what {@link #derived} finds. */
  interface Finder {
    void found(int holder, TlbEntry entry);
  }

  private final MachineControl machine;
  private final Map<Long, Table> tables = new HashMap<>();
  private final Map<Long, Leaf> leaves = new HashMap<>();

  /** Last tables whose way from the root is watched already, by root. */
  private final Map<Long, Set<Long>> ways = new HashMap<>();

  /** When each paging-structure entry was stored to last, of those watched at that time. */
  private final Map<Long, Long> stored = new HashMap<>();

  TableWatch(MachineControl machine) {
    this.machine = machine;
  }

  private static long page(long pa) {
    return pa & ~0xFFFL;
  }

  void filled(int holder, TlbEntry entry) {
    long[] path = entry.derivedFrom();
    long last = path[path.length - 1];
    Set<Long> known = ways.computeIfAbsent(entry.root(), root -> new HashSet<>());
    if (!known.contains(page(last))) {
      known.add(page(last));
      for (int i = 0; i < path.length - 1; i++) {
        table(path[i]).upper = true;
      }
    }
    table(last).leaves++;
    leaves.put(last, new Leaf(holder, entry, leaves.get(last)));
  }

  private Table table(long pa) {
    Table table = tables.get(page(pa));
    if (table == null) {
      table = new Table();
      tables.put(page(pa), table);
      watch(page(pa), true);
    }
    return table;
  }

  private void watch(long page, boolean on) {
    if (!machine.physical().isRam(page)) {
      return;
    }
    if (on) {
      machine.physical().watch(page, false, true);
    } else {
      machine.physical().unwatch(page, false, true);
    }
  }

  void gone(TlbEntry entry) {
    long[] path = entry.derivedFrom();
    long last = path[path.length - 1];
    Leaf first = leaves.get(last);
    Leaf before = null;
    for (Leaf leaf = first; leaf != null; before = leaf, leaf = leaf.next) {
      if (leaf.entry == entry) {
        if (before != null) {
          before.next = leaf.next;
        } else if (leaf.next != null) {
          leaves.put(last, leaf.next);
        } else {
          leaves.remove(last);
        }
        tables.get(page(last)).leaves--;
        return;
      }
    }
  }

  boolean watches(long pa) {
    return tables.containsKey(page(pa));
  }

  /** True if the last entry of the cached translation's walk was stored to since. */
  boolean storedSince(TlbEntry entry, long time) {
    long[] path = entry.derivedFrom();
    Long last = stored.get(path[path.length - 1] & ~7L);
    return last != null && last >= time;
  }

  /** Notes a store to the eight bytes at {@code word} and finds what was derived from them. */
  void derived(long word, Finder finder) {
    Table table = tables.get(page(word));
    if (table.leaves == 0 && !table.upper) {
      forget(word);
      return;
    }
    stored.put(word, machine.now());
    // Entries of 32-bit paging have four bytes: two of them in a word.
    tell(word, finder);
    tell(word + 4, finder);
    if (table.upper) {
      searchAll(word, table, finder);
    }
  }

  /** By vCPU and serial: an order that does not depend on when the index was made. */
  private void tell(long pte, Finder finder) {
    Leaf first = leaves.get(pte);
    if (first == null) {
      return;
    }
    List<Leaf> all = new ArrayList<>();
    for (Leaf leaf = first; leaf != null; leaf = leaf.next) {
      all.add(leaf);
    }
    all.sort(
        Comparator.comparingInt((Leaf leaf) -> leaf.holder)
            .thenComparingLong(leaf -> leaf.entry.serial()));
    all.forEach(leaf -> finder.found(leaf.holder, leaf.entry));
  }

  private void searchAll(long word, Table table, Finder finder) {
    boolean inUse = table.leaves != 0;
    for (int cpu = 0; cpu < machine.vcpuCount(); cpu++) {
      List<TlbEntry> all = new ArrayList<>(machine.vcpu(cpu).tlb().structureEntries());
      int structures = all.size();
      all.addAll(machine.vcpu(cpu).tlb().entries());
      for (int n = 0; n < all.size(); n++) {
        long[] path = all.get(n).derivedFrom();
        // The last one of a TLB entry is in the index.
        int end = n < structures ? path.length : path.length - 1;
        for (int i = 0; i < end; i++) {
          inUse |= page(path[i]) == page(word);
          if ((path[i] & ~7L) == word) {
            finder.found(cpu, all.get(n));
          }
        }
      }
    }
    if (!inUse) {
      forget(word);
    }
  }

  /** The page is nobody's table any more; walks that come this way again watch it again. */
  private void forget(long pa) {
    tables.remove(page(pa));
    ways.clear();
    watch(page(pa), false);
    stored.keySet().removeIf(word -> page(word) == page(pa));
  }

  @Override
  public void save(StateWriter to) {
    to.tag("tables");
    to.putLongs(sorted(tables.keySet(), page -> true));
    to.putLongs(sorted(tables.keySet(), page -> tables.get(page).upper));
    long[] words = sorted(stored.keySet(), word -> true);
    to.putLongs(words);
    to.putLongs(Arrays.stream(words).map(stored::get).toArray());
  }

  private static long[] sorted(Set<Long> of, Predicate<Long> which) {
    return of.stream().filter(which).mapToLong(Long::longValue).sorted().toArray();
  }

  /** The index is made anew from what the TLBs hold. */
  @Override
  public void load(StateReader from) {
    from.tag("tables");
    tables.clear();
    leaves.clear();
    ways.clear();
    stored.clear();
    // The watches themselves are the memory's state.
    for (long page : from.getLongs()) {
      tables.put(page, new Table());
    }
    for (long page : from.getLongs()) {
      table(page).upper = true;
    }
    long[] words = from.getLongs();
    long[] times = from.getLongs();
    for (int i = 0; i < words.length && i < times.length; i++) {
      stored.put(words[i], times[i]);
    }
    for (int cpu = 0; cpu < machine.vcpuCount(); cpu++) {
      for (TlbEntry entry : machine.vcpu(cpu).tlb().entries()) {
        filled(cpu, entry);
      }
    }
  }
}
