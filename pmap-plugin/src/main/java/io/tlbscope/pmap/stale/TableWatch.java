package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

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

    /** Its entries by which walks went to another table; paging-structure caches may hold them. */
    final BitSet walked = new BitSet();

    /** When each of its entries was stored to last, by its number. */
    final SortedMap<Integer, Long> stored = new TreeMap<>();

    /** Stores to entries by which nobody walked. */
    int strayStores;

    void save(StateWriter to) {
      to.putLongs(walked.toLongArray());
      to.putInt(strayStores);
      to.putInt(stored.size());
      stored.forEach(
          (slot, time) -> {
            to.putInt(slot);
            to.putLong(time);
          });
    }

    void load(StateReader from) {
      walked.or(BitSet.valueOf(from.getLongs()));
      strayStores = from.getInt();
      for (int rest = from.getCount(512); rest > 0; rest--) {
        stored.put(from.getInt(), from.getLong());
      }
    }
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

  /** Entries that lead to a last table, and whose way from the root is watched already, by root. */
  private final Map<Long, Set<Long>> ways = new HashMap<>();

  TableWatch(MachineControl machine) {
    this.machine = machine;
  }

  private static long page(long pa) {
    return pa & ~0xFFFL;
  }

  /** Number of the quadword in its page. */
  private static int slot(long pa) {
    return (int) (pa & 0xFFF) >> 3;
  }

  void filled(int holder, TlbEntry entry) {
    long[] path = entry.derivedFrom();
    long last = path[path.length - 1];
    if (path.length > 1
        && ways.computeIfAbsent(entry.root(), root -> new HashSet<>()).add(path[path.length - 2])) {
      for (int i = 0; i < path.length - 1; i++) {
        table(path[i]).walked.set(slot(path[i]));
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
      if (machine.physical().isRam(pa)) {
        machine.physical().watch(page(pa), false, true);
      }
    }
    return table;
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
    long pte = path[path.length - 1];
    Table table = tables.get(page(pte));
    Long last = table == null ? null : table.stored.get(slot(pte));
    return last != null && last >= time;
  }

  /** Notes a store to the eight bytes at {@code word} and finds what was derived from them. */
  void derived(long word, Finder finder) {
    Table table = tables.get(page(word));
    if (table.leaves == 0 && table.walked.isEmpty()) {
      forget(word);
      return;
    }
    table.stored.put(slot(word), machine.now());
    // Entries of 32-bit paging have four bytes: two of them in a word.
    tell(word, finder);
    tell(word + 4, finder);
    if (table.walked.get(slot(word)) || !table.walked.isEmpty() && isTimeToAsk(table)) {
      searchAll(word, table, finder);
    }
  }

  /**
   * Whether to look if the table is one still. A page that is none any more may be filled with
   * other things: one look for each of those stores would take too long.
   */
  private static boolean isTimeToAsk(Table table) {
    return Integer.bitCount(++table.strayStores) == 1;
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
    machine.physical().unwatch(page(pa), false, true);
  }

  @Override
  public void save(StateWriter to) {
    to.tag("tables");
    to.putInt(tables.size());
    new TreeMap<>(tables)
        .forEach(
            (page, table) -> {
              to.putLong(page);
              table.save(to);
            });
  }

  /** The index is made anew from what the TLBs hold; the watches themselves are the memory's. */
  @Override
  public void load(StateReader from) {
    from.tag("tables");
    tables.clear();
    leaves.clear();
    ways.clear();
    for (int rest = from.getCount(Integer.MAX_VALUE); rest > 0; rest--) {
      long page = from.getLong();
      Table table = new Table();
      table.load(from);
      tables.put(page, table);
    }
    for (int cpu = 0; cpu < machine.vcpuCount(); cpu++) {
      for (TlbEntry entry : machine.vcpu(cpu).tlb().entries()) {
        filled(cpu, entry);
      }
    }
  }
}
