package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tlbscope.core.hook.TlbEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random accesses, page-table changes and invalidations on the unbounded TLB, against a
 * list-of-entries model of Intel SDM vol. 3A, 4.10; and on a tiny TLB, against the rule that the
 * look-aside stands on cached entries only.
 */
class TlbModelTest {
  private static final int PCIDS = 3, PAGES = 6, FRAMES = 16, STEPS = 4000;
  private static final long VA = 0x7000_0000L, PA = 0x20_0000L;

  private static final class Entry {
    final int page, pcid;
    final long pte;
    boolean dirty;

    Entry(int page, int pcid, long pte, boolean dirty) {
      this.page = page;
      this.pcid = pcid;
      this.pte = pte;
      this.dirty = dirty;
    }

    boolean global() {
      return (pte & Vm.G) != 0;
    }

    String text() {
      return text(
          VA + page * 4096L,
          global() ? -1 : pcid,
          pte & 0xFFFFF000L,
          global(),
          (pte & Vm.W) != 0,
          dirty);
    }

    static String text(
        long va, int pcid, long pa, boolean global, boolean writable, boolean dirty) {
      return "%x/%d->%x%s%s%s"
          .formatted(va, pcid, pa, global ? "G" : "", writable ? "W" : "", dirty ? "D" : "");
    }
  }

  private final long[] roots = new long[PCIDS];
  private final long[][] ptes = new long[PCIDS][PAGES];
  private final List<Entry> model = new ArrayList<>();
  private int pcid;

  private Vm vm(TlbGeometry geometry) {
    Vm vm = new Vm(geometry).longMode().pcids();
    for (int frame = 0; frame < FRAMES; frame++) {
      vm.memory.write(PA + frame * 4096L, 1, frame);
    }
    for (int i = 0; i < PCIDS; i++) {
      roots[i] = vm.table();
      vm.map(roots[i], VA, 0, 12, 0);
    }
    vm.cr3(roots[0]);
    return vm;
  }

  /** Frame that the access reaches, or minus one minus error code. */
  private int access(int page, boolean write) {
    Predicate<Entry> matches = e -> e.page == page && (e.global() || e.pcid == pcid);
    Entry hit = model.stream().filter(matches).findFirst().orElse(null);
    long pte = hit != null ? hit.pte : ptes[pcid][page];
    if (hit == null || write && !hit.dirty && (hit.pte & Vm.W) != 0) {
      pte = ptes[pcid][page];
    }
    if ((pte & Vm.P) == 0 || write && (pte & Vm.W) == 0) {
      model.removeIf(matches);
      return -1 - ((int) (pte & 1) | (write ? 2 : 0));
    }
    if (hit == null || write && !hit.dirty) {
      ptes[pcid][page] |= write ? Vm.A | Vm.D : Vm.A;
      boolean dirty = (ptes[pcid][page] & Vm.D) != 0;
      long kept = ~(Vm.A | Vm.D);
      if (hit != null && (hit.pte & kept) == (pte & kept)) {
        hit.dirty = true;
      } else {
        model.remove(hit);
        add(new Entry(page, pcid, pte, dirty));
      }
    }
    return (int) (pte - PA >>> 12) & 0xFFF;
  }

  /** One entry a tag: a newer one takes the older one's place. */
  private void add(Entry entry) {
    for (int i = 0; i < model.size(); i++) {
      Entry old = model.get(i);
      if (old.page == entry.page
          && old.global() == entry.global()
          && (old.global() || old.pcid == entry.pcid)) {
        model.set(i, entry);
        return;
      }
    }
    model.add(entry);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theUnboundedTlbDoesWhatTheModelDoes(long seed) {
    Random random = new Random(seed);
    try (Vm vm = vm(TlbGeometry.UNBOUNDED)) {
      for (int step = 0; step < STEPS; step++) {
        String what = "seed " + seed + ", step " + step;
        int page = random.nextInt(PAGES);
        long va = VA + page * 4096L;
        int other = random.nextInt(PCIDS);
        switch (random.nextInt(16)) {
          case 0, 1 -> {
            ptes[other][page] = pte(random);
            vm.memory.write(leaf(vm, other, page), 8, ptes[other][page]);
          }
          case 2 -> {
            vm.mmu.invlpg(va);
            model.removeIf(e -> e.page == page && (e.global() || e.pcid == pcid));
          }
          case 3 -> {
            vm.mmu.invpcid(0, other, va);
            model.removeIf(e -> e.page == page && !e.global() && e.pcid == other);
          }
          case 4 -> {
            boolean flush = random.nextBoolean();
            pcid = other;
            vm.cr3(roots[other] | other | (flush ? 0 : Vm.NOFLUSH));
            model.removeIf(e -> flush && !e.global() && e.pcid == other);
          }
          case 5 -> {
            int type = 1 + random.nextInt(3);
            if (random.nextInt(4) == 0) {
              vm.mmu.invpcid(type, other, 0);
              model.removeIf(e -> type == 2 || !e.global() && (type == 3 || e.pcid == other));
            }
          }
          default -> {
            boolean write = random.nextInt(3) == 0;
            if (write) {
              int probed = access(page, true);
              assertEquals(
                  Math.min(probed, 0),
                  -1 - Math.max(vm.fault(() -> vm.mmu.probeWrite(va, 1)), -1),
                  what);
            }
            int expected = access(page, false);
            int[] frame = {-1};
            int error = vm.fault(() -> frame[0] = (int) vm.mmu.load8(va));
            assertEquals(expected, error < 0 ? frame[0] : -1 - error, what);
          }
        }
        Set<String> expected = new TreeSet<>();
        model.forEach(e -> expected.add(e.text()));
        Set<String> actual = new TreeSet<>();
        for (TlbEntry e : vm.entries()) {
          actual.add(
              Entry.text(
                  e.va(), e.global() ? -1 : e.pcid(), e.pa(), e.global(), e.writable(), e.dirty()));
        }
        assertEquals(expected, actual, what);
        assertEquals(
            ptes[other][page], vm.memory.read(leaf(vm, other, page), 8), what + ": A and D bits");
      }
    }
  }

  private long leaf(Vm vm, int pcid, int page) {
    long table = roots[pcid];
    for (int shift = 39; shift > 12; shift -= 9) {
      table = vm.memory.read(table + (VA >>> shift & 511) * 8, 8) & 0x000F_FFFF_FFFF_F000L;
    }
    return table + ((VA >>> 12) + page & 511) * 8;
  }

  private static long pte(Random random) {
    long rights =
        (random.nextInt(6) == 0 ? 0 : Vm.P)
            | (random.nextInt(3) == 0 ? 0 : Vm.W)
            | (random.nextInt(4) == 0 ? Vm.G : 0);
    return PA + random.nextInt(FRAMES) * 4096L | rights;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "l1d=1x1,l1d-large=1x1,l1i=1x1,l1i-large=1x1,l2=2x1,pde=1x1",
        "l1d=2x2,l2=4x2",
        "l1d=4x1,l1i=1x1,l2=1x1",
        "default",
        "unbounded"
      })
  void theLookAsideStandsOnCachedEntriesOnly(String geometry) {
    Random random = new Random(geometry.hashCode());
    try (Vm vm = vm(TlbGeometry.parse(geometry))) {
      for (int step = 0; step < STEPS; step++) {
        int page = random.nextInt(PAGES);
        long va = VA + page * 4096L;
        int other = random.nextInt(PCIDS);
        switch (random.nextInt(14)) {
          case 0 -> vm.memory.write(leaf(vm, other, page), 8, pte(random));
          case 1 -> vm.mmu.invlpg(va);
          case 2 -> vm.mmu.invpcid(random.nextInt(4), other, va);
          case 3 -> vm.cr3(roots[other] | other | (random.nextBoolean() ? Vm.NOFLUSH : 0));
          case 4 -> vm.mmu.invlpgb(1, va, 0, random.nextInt(3), random.nextBoolean());
          case 5 -> vm.cpl(random.nextInt(2) * 3);
          case 6 -> vm.fault(() -> vm.mmu.fetch(va));
          case 7 -> vm.fault(() -> vm.mmu.store64(va + 4092, step()));
          case 8 -> vm.fault(() -> vm.mmu.load64(va + 4092));
          case 9 -> {
            List<TlbEntry> entries = vm.entries();
            if (!entries.isEmpty()) {
              vm.mmu.tlb().watch(entries.get(random.nextInt(entries.size())));
            }
          }
          default -> vm.fault(() -> vm.mmu.load8(va + random.nextInt(4096)));
        }
        List<TlbEntry> entries = vm.entries();
        for (CachedTranslation owner : vm.mmu.lookAside().owners()) {
          assertEquals(true, entries.contains(owner), "step " + step + ": " + owner);
          assertEquals(false, owner.watched);
          assertNotEquals(0, owner.copies);
        }
      }
    }
  }

  private static long step() {
    return 0x0102_0304_0506_0708L;
  }
}
