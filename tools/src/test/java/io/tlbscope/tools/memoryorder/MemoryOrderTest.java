package io.tlbscope.tools.memoryorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.run.Machine;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The guest litmus under each memory order: what x86-TSO forbids is never seen, what it allows is
 * seen, and sequential consistency shows none of it. {@code -Dtlbscope.litmus.seeds=1000} for more
 * seeds.
 */
class MemoryOrderTest {
  private static final int SEEDS = Integer.getInteger("tlbscope.litmus.seeds", 60);

  /** All that the guest's tables list as relaxed. */
  private static final Set<String> RELAXED =
      Set.of(
          "SB 0,0",
          "SB+one-mfence 0,0",
          "SB+sfence 0,0",
          "SB+lfence 0,0",
          "SB+forwarding 1,0,1,0",
          "R 0,2",
          "n6 1,0,1",
          "n7 1,0,1,0",
          "RWC 1,0,0",
          "SB+x2apic 0,0",
          "MP+x2apic-ipi 1");

  /** Classes stay woven while any machine uses them. */
  private static Machine keeper;

  @BeforeAll
  static void weave() throws Exception {
    keeper =
        Machine.builder()
            .guest(Path.of("../guest-tests/target/guests/litmus.elf"))
            .plugin("apic")
            .boot(BootOptions.defaults())
            .build();
  }

  @AfterAll
  static void unweave() {
    keeper.close();
  }

  @Test
  void tsoShowsEachRelaxedOutcomeAndNoForbiddenOne() throws Exception {
    Set<String> seen = new TreeSet<>();
    for (int seed = 1; seed <= SEEDS; seed++) {
      LitmusRun run = LitmusRun.of("tso", seed, "");
      assertEquals(Set.of(), run.forbidden(), "seed " + seed);
      assertEquals("PASS litmus", run.last(), "seed " + seed);
      seen.addAll(run.relaxed());
    }
    assertEquals(new TreeSet<>(RELAXED), seen);
  }

  @Test
  void tsoWaitsAtInstructionsThatSerialize() throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      assertEquals(Set.of(), LitmusRun.of("tso", seed, " strict=1").forbidden(), "seed " + seed);
    }
  }

  @Test
  void sequentialConsistencyShowsNoRelaxedOutcome() throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      LitmusRun run = LitmusRun.of("sc", seed, "");
      assertEquals(Set.of(), run.forbidden(), "seed " + seed);
      assertEquals(Set.of(), run.relaxed(), "seed " + seed);
      assertEquals("PASS litmus", run.last(), "seed " + seed);
    }
  }

  @Test
  void theSameSeedDrainsTheSameStoresAtTheSameTime() throws Exception {
    LitmusRun first = LitmusRun.of("tso", 6, "");
    assertEquals(first, LitmusRun.of("tso", 6, ""));
    assertNotEquals(first.events(), LitmusRun.of("tso", 10, "").events());
  }
}
