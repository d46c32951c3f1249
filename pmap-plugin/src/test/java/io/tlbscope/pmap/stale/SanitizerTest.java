package io.tlbscope.pmap.stale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.trace.TraceKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When using a stale translation is a violation, and what the report says. */
class SanitizerTest {
  private static final long ROOT = 0x10000, TABLE = 0x11000, OTHER_ROOT = 0x12000;
  private static final long OTHER_TABLE = 0x13000, FRAME = 0x50000, NEW_FRAME = 0x51000;
  private static final long VA = 0x400000, PTE = FakeTables.pte(TABLE, VA);
  private static final long REUSED = 0x60000, FLUSHED = 0x61000;
  private static final long RWX = FakeTables.P | FakeTables.W | FakeTables.U;

  private FakeTables machine;
  private FakeTables.Entry entry;

  @BeforeEach
  void oneTranslationOnCpu1() {
    machine = new FakeTables().attach(new Declarations(REUSED, FLUSHED));
    machine.map(ROOT, TABLE, VA, FRAME | RWX);
    entry = machine.fill(1, ROOT, VA, false);
  }

  private void clear() {
    machine.store(0, PTE, PTE, 0);
  }

  private void read() {
    machine.use(1, entry, VA + 8, Access.READ);
  }

  private Object counted(String what) {
    return machine.sanitizer.section().get(what);
  }

  @Test
  void useBeforeTheFrameIsReusedIsLegalAndCounted() {
    clear();
    read();
    assertEquals(List.of(), machine.found);
    assertEquals(1L, counted("stale_uses"));
    assertEquals(List.of(TraceKind.STALE_MARK, TraceKind.STALE_USE), machine.events);
  }

  @Test
  void useAfterTheFrameWasWrittenElsewhereIsAViolationOnce() {
    clear();
    machine.store(0, FRAME + 16, FRAME + 16, 1);
    read();
    read();
    assertEquals(List.of("REUSED_FRAME on 1"), machine.found);
  }

  @Test
  void reportNamesUserEntryWriterAndWhatIsMissing() {
    clear();
    machine.store(0, FRAME, FRAME, 1);
    read();
    assertEquals(
        "CPU 1 in reader+0x8 reads 0x400008 through a stale 4 KiB entry (0x400000 -> 0x50000, PCID 0x0,"
            + " filled as number 1): CPU 0 in writer+0x4 changed the paging-structure entry at 0x11000"
            + " from 0x50007 to 0x0 at 101, the frame has been written through 0x50000 by CPU 0 in"
            + " writer+0x4 at 102; the invalidation is missing: CPU 1 has invalidated nothing near since",
        machine.messages.getFirst());
    Map<String, Object> details = machine.details.getFirst();
    assertEquals(
        List.of("use", "entry", "writer", "new_use", "missing"), List.copyOf(details.keySet()));
    assertEquals("writer+0x4", ((Map<?, ?>) details.get("writer")).get("symbol"));
    assertEquals("reader+0x8", ((Map<?, ?>) details.get("use")).get("symbol"));
    Object how = ((Map<?, ?>) details.get("new_use")).get("how");
    assertTrue(machine.messages.getFirst().contains("the frame has been " + how), how + "");
  }

  @Test
  void storesThroughTheTranslationItselfAreNoNewUse() {
    clear();
    machine.store(1, VA + 16, FRAME + 16, 1);
    read();
    assertEquals(List.of(), machine.found);
  }

  @Test
  void frameMappedElsewhereSinceIsANewUseOnceItIsUsedThere() {
    machine.map(OTHER_ROOT, OTHER_TABLE, VA, NEW_FRAME | RWX);
    machine.fill(0, OTHER_ROOT, VA, false);
    clear();
    machine.store(0, 0, FakeTables.pte(OTHER_TABLE, VA), FRAME | RWX);
    read();
    assertEquals(List.of(), machine.found);
    machine.fill(0, OTHER_ROOT, VA, false);
    read();
    assertEquals(List.of("REUSED_FRAME on 1"), machine.found);
  }

  @Test
  void frameThatWasMappedElsewhereAllTheTimeIsNotReused() {
    machine.map(OTHER_ROOT, OTHER_TABLE, VA + 4096, FRAME | RWX);
    clear();
    machine.fill(0, OTHER_ROOT, VA + 4096, false);
    read();
    assertEquals(List.of(), machine.found);
  }

  @Test
  void declaredReuseCounts() {
    clear();
    machine.store(0, REUSED, REUSED, FRAME);
    read();
    assertEquals(List.of("REUSED_FRAME on 1"), machine.found);
  }

  @Test
  void useAfterADeclaredFlushIsAViolation() {
    clear();
    declareFlushed(ROOT, VA, VA + 4096);
    read();
    assertEquals(List.of("DECLARED_FLUSHED on 1"), machine.found);
  }

  @Test
  void declaredFlushOfAnotherRangeOrSpaceOrBeforeTheChangeSaysNothing() {
    declareFlushed(ROOT, VA, VA + 4096);
    clear();
    declareFlushed(ROOT, VA + 4096, VA + 8192);
    declareFlushed(OTHER_ROOT, VA, VA + 4096);
    read();
    assertEquals(List.of(), machine.found);
  }

  private void declareFlushed(long root, long start, long end) {
    machine.store(0, FLUSHED, FLUSHED, root);
    machine.store(0, FLUSHED + 8, FLUSHED + 8, start);
    machine.store(0, FLUSHED + 16, FLUSHED + 16, end);
  }

  @Test
  void moreRightsAndAccessedBitsMakeNothingStale() {
    machine.store(0, PTE, PTE, FRAME | FakeTables.P | FakeTables.U);
    FakeTables.Entry readOnly = machine.fill(0, ROOT, VA, false);
    machine.store(0, PTE, PTE, FRAME | RWX);
    machine.store(0, PTE, PTE, FRAME | RWX | FakeTables.A);
    machine.store(0, FRAME, FRAME, 1);
    machine.use(0, readOnly, VA, Access.READ);
    assertEquals(1L, counted("entries_made_stale"));
    assertEquals(1L, counted("restored"));
    assertEquals(List.of(), machine.found);
  }

  @Test
  void lostRightCountsWhereItIsNeeded() {
    machine.store(0, PTE, PTE, FRAME | FakeTables.P | FakeTables.U);
    declareFlushed(ROOT, VA, VA + 4096);
    read();
    assertEquals(List.of(), machine.found);
    machine.use(1, entry, VA, Access.WRITE);
    assertEquals(List.of("DECLARED_FLUSHED on 1"), machine.found);
  }

  @Test
  void frameStillMappedIsNotReusedByAWrite() {
    machine.store(0, PTE, PTE, FRAME | FakeTables.P | FakeTables.U);
    machine.store(0, FRAME, FRAME, 1);
    machine.use(1, entry, VA, Access.WRITE);
    assertEquals(List.of(), machine.found);
  }

  @Test
  void walkThroughAFreedTableIsAViolationOnceTheTableIsReused() {
    FakeTables.Entry structure = machine.structure(1, ROOT, VA);
    machine.store(0, 0, ROOT + 8 * (VA >>> 21), 0);
    machine.use(1, structure, VA + 0x5000, Access.READ);
    assertEquals(List.of(), machine.found);
    machine.store(0, TABLE + 8, TABLE + 8, 0x1234);
    machine.use(1, structure, VA + 0x5000, Access.READ);
    assertEquals(List.of("REUSED_FRAME on 1"), machine.found);
    assertTrue(
        machine.messages.getFirst().contains("walks for 0x405000"), machine.messages::getFirst);
  }

  @Test
  void storesToALinkedTableAreNoReuseOfIt() {
    FakeTables.Entry structure = machine.structure(1, ROOT, VA);
    machine.store(0, 0, ROOT + 8 * (VA >>> 21), TABLE | FakeTables.P);
    machine.store(0, TABLE + 8, TABLE + 8, 0x1234);
    machine.use(1, structure, VA + 0x5000, Access.READ);
    assertEquals(List.of(), machine.found);
  }

  @Test
  void globalEntryLivesOnInAnotherAddressSpace() {
    machine.map(OTHER_ROOT, TABLE, VA, FRAME | RWX);
    FakeTables.Entry global = machine.fill(0, ROOT, VA, true);
    machine.cpus[0].cr3 = OTHER_ROOT;
    machine.store(1, 0, ROOT + 8 * (VA >>> 21), 0);
    machine.use(0, global, VA, Access.READ);
    assertEquals(1L, counted("entries_made_stale"), "CPU 1's entry alone");
    clear();
    machine.store(1, FRAME, FRAME, 1);
    machine.use(0, global, VA, Access.READ);
    assertEquals(List.of("REUSED_FRAME on 0"), machine.found);
  }

  @Test
  void storeOfOneByteIsSeenAndToldAsTheWholeEntry() {
    machine.storeByte(0, PTE, 0);
    machine.store(0, FRAME, FRAME, 1);
    read();
    assertTrue(
        machine.messages.getFirst().contains("from 0x50007 to 0x50000"),
        machine.messages::getFirst);
  }

  @Test
  void invalidationNearbyThatLeftTheEntryIsTooNarrow() {
    clear();
    machine.sanitizer.invalidated(machine.cpus[1], Invalidation.INVLPG, VA + 0x1000);
    machine.store(0, FRAME, FRAME, 1);
    read();
    assertTrue(
        machine.messages.getFirst().contains("too narrow: INVLPG 0x401000 of CPU 1 in reader+0x8"),
        machine.messages::getFirst);
  }

  @Test
  void invalidationFarAwayIsNoAttempt() {
    clear();
    machine.sanitizer.invalidated(machine.cpus[1], Invalidation.INVLPG, VA + 0x80000000L);
    machine.store(0, FRAME, FRAME, 1);
    read();
    assertTrue(machine.messages.getFirst().contains("is missing"), machine.messages::getFirst);
  }

  @Test
  void shootdownUnderWayIsLate() {
    clear();
    machine.store(0, FRAME, FRAME, 1);
    machine.underWay = "shootdown 7 has not reached the CPU";
    read();
    assertTrue(
        machine.messages.getFirst().endsWith("late: shootdown 7 has not reached the CPU"),
        machine.messages::getFirst);
  }

  @Test
  void droppedEntryIsForgottenAndItsFrameNoLongerWatched() {
    clear();
    assertEquals(1, machine.watchers.get(FRAME));
    machine.drop(1, entry, Invalidation.INVLPG);
    assertEquals(null, machine.watchers.get(FRAME));
    assertEquals(0L, counted("over_invalidated"));
  }

  @Test
  void entryThatNobodyChangedIsDroppedNeedlesslyUnlessASwitchDropsIt() {
    FakeTables.Entry second = machine.fill(1, ROOT, VA, false);
    machine.drop(1, entry, Invalidation.INVLPGB);
    machine.drop(1, second, Invalidation.CR3);
    assertEquals(1L, counted("over_invalidated"));
    assertEquals(Map.of("invlpgb", 1L), counted("over_invalidated_by"));
    assertEquals(Map.of("reader+0x8", 1L), counted("over_invalidated_in"));
  }

  @Test
  void pageThatIsATableNoMoreIsLetGo() {
    machine.drop(1, entry, Invalidation.INVLPG);
    clear();
    assertEquals(null, machine.watchers.get(TABLE));
    machine.store(0, 0, ROOT, 0);
    assertEquals(null, machine.watchers.get(ROOT));
  }

  @Test
  void broadcastInvalidationIsItsSenders() {
    clear();
    machine.actor = machine.cpus[0];
    machine.sanitizer.invalidated(machine.cpus[1], Invalidation.INVLPGB, VA + 0x1000);
    machine.store(0, FRAME, FRAME, 1);
    read();
    assertTrue(
        machine.messages.getFirst().contains("INVLPGB 0x401000 of CPU 0 in writer+0x4"),
        machine.messages::getFirst);
  }

  @Test
  void largePageThatWasSplitIsFollowedIntoItsTable() {
    long large = 0x600000;
    machine.mapLarge(ROOT, large, 0x800000 | RWX);
    FakeTables.Entry cached = machine.fillLarge(1, ROOT, large);
    for (int i = 0; i < 512; i++) {
      machine.store(0, 0, OTHER_TABLE + 8L * i, 0x800000 + 4096L * i | RWX);
    }
    machine.store(0, 0, ROOT + 8 * (large >>> 21), OTHER_TABLE | RWX);
    assertEquals(0L, counted("entries_made_stale"));
    machine.store(0, 0, FakeTables.pte(OTHER_TABLE, large + 0x3000), NEW_FRAME | RWX);
    assertEquals(1L, counted("entries_made_stale"));
    machine.store(0, 0x803000, 0x803000, 1);
    machine.use(1, cached, large + 0x2000, Access.READ);
    assertEquals(List.of(), machine.found);
    machine.use(1, cached, large + 0x3000, Access.READ);
    assertEquals(List.of("REUSED_FRAME on 1"), machine.found);
    machine.drop(1, cached, Invalidation.INVLPG);
    assertEquals(null, machine.watchers.get(0x803000L));
  }

  private void throughASnapshot() {
    StateWriter writer = new StateWriter();
    machine.sanitizer.save(writer);
    StateReader reader = new StateReader(writer.toByteArray());
    machine.sanitizer.load(reader);
    reader.end();
  }

  @Test
  void snapshotKeepsMarksUsesAndCounts() {
    clear();
    machine.store(0, FRAME, FRAME, 1);
    Map<Long, Integer> watchers = Map.copyOf(machine.watchers);
    throughASnapshot();
    assertEquals(watchers, machine.watchers);
    assertEquals(1L, counted("entries_made_stale"));
    read();
    assertEquals(List.of("REUSED_FRAME on 1"), machine.found);
  }

  @Test
  void snapshotForgetsAStructureThatHasLeftItsCacheWithTheWatchOfItsTable() {
    machine.structure(1, ROOT, VA);
    machine.store(0, 0, ROOT + 8 * (VA >>> 21), 0);
    int before = machine.watchers.get(TABLE);
    machine.cpus[1].structures.clear();
    throughASnapshot();
    assertEquals(before - 1, machine.watchers.get(TABLE));
  }

  @Test
  void snapshotLeavesAloneWhatWasNeverWatchedForAStructureThatOnlyLostRights() {
    machine.structure(1, ROOT, VA);
    machine.store(0, 0, ROOT + 8 * (VA >>> 21), TABLE | FakeTables.P | FakeTables.U);
    Map<Long, Integer> watchers = Map.copyOf(machine.watchers);
    machine.cpus[1].structures.clear();
    throughASnapshot();
    assertEquals(watchers, machine.watchers);
  }

  @Test
  void snapshotWatchesNoFramesWhereNewUsesAreNotLookedFor() {
    machine = new FakeTables().attach(new Declarations(REUSED, FLUSHED), false);
    machine.map(ROOT, TABLE, VA, FRAME | RWX);
    entry = machine.fill(1, ROOT, VA, false);
    clear();
    throughASnapshot();
    machine.drop(1, entry, Invalidation.INVLPG);
    assertEquals(null, machine.watchers.get(FRAME));
  }
}
