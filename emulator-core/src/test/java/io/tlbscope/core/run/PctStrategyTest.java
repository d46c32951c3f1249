package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.vcpu.Processor;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Priorities, as a state machine. */
class PctStrategyTest {
  private final Processor[] cpus = new Processor[3];

  private PctStrategy strategy(long seed, int depth, Profile profile) {
    for (int i = 0; i < cpus.length; i++) {
      cpus[i] = new Processor(i, null, new CpuState(), null);
    }
    PctStrategy strategy = new PctStrategy(seed, depth, profile);
    strategy.start(cpus, new Origin(cpus));
    return strategy;
  }

  private static Profile empty() {
    Profile profile = new Profile();
    profile.finish(0);
    return profile;
  }

  private Processor next(PctStrategy strategy) {
    return strategy.next(cpus, cpus.length, cpus[0], cpus[0]);
  }

  private static void retire(PctStrategy strategy, Processor cpu, long done, boolean paused) {
    cpu.s.retired += done;
    strategy.ended(cpu, done, paused);
  }

  @Test
  void everyOrderOfPrioritiesIsDrawn() {
    Set<Integer> first = new HashSet<>();
    for (long seed = 0; seed < 30; seed++) {
      first.add(next(strategy(seed, 1, empty())).index());
    }
    assertEquals(Set.of(0, 1, 2), first);
  }

  @Test
  void theHighestGoesOnUntilItHasSpunTooLong() {
    PctStrategy strategy = strategy(1, 1, empty());
    Processor highest = next(strategy);
    assertEquals(PlainOrder.FAIR, strategy.length());
    retire(strategy, highest, PlainOrder.FAIR - 1, false);
    assertSame(highest, next(strategy));
    assertEquals(1, strategy.length());
    retire(strategy, highest, 1, false);
    assertNotEquals(highest, next(strategy));
  }

  @Test
  void aPauseLetsTheOthersRun() {
    boolean fell = false;
    boolean cameBack = false;
    for (long seed = 0; seed < 20; seed++) {
      PctStrategy strategy = strategy(seed, 1, empty());
      Processor highest = next(strategy);
      retire(strategy, highest, 5, true);
      Processor second = next(strategy);
      assertNotEquals(highest, second, "seed " + seed);
      retire(strategy, second, strategy.length(), false);
      Processor third = next(strategy);
      fell |= third != highest;
      cameBack |= third == highest;
    }
    assertTrue(fell && cameBack, "fell: " + fell + ", came back: " + cameBack);
  }

  @Test
  void nobodyStarvesWhileAllPause() {
    for (long seed = 0; seed < 20; seed++) {
      PctStrategy strategy = strategy(seed, 1, empty());
      for (int turn = 0; turn < 10_000; turn++) {
        Processor cpu = next(strategy);
        retire(strategy, cpu, Math.min(3, strategy.length()), true);
      }
      for (Processor cpu : cpus) {
        assertTrue(cpu.s.retired > 1000, "seed " + seed + ": " + cpu.s.retired);
      }
    }
  }

  @Test
  void prioritiesChangeAtThePlacesDrawn() {
    Profile profile = new Profile();
    Processor one = new Processor(0, null, new CpuState(), null);
    for (int i = 0; i < 3; i++) {
      profile.add(new Processor(i, null, new CpuState(), null), 77);
    }
    profile.finish(0);
    assertEquals(0, one.s.retired);
    boolean changed = false;
    for (long seed = 0; seed < 30; seed++) {
      PctStrategy strategy = strategy(seed, 2, profile);
      Processor highest = next(strategy);
      if (strategy.length() == 77) {
        retire(strategy, highest, 77, false);
        assertNotEquals(highest, next(strategy));
        changed = true;
      }
    }
    assertTrue(changed);
  }

  @Test
  void prioritiesChangeBehindAnInteraction() {
    Profile profile = new Profile();
    profile.finish(1);
    int changes = 0;
    for (long seed = 0; seed < 60; seed++) {
      PctStrategy strategy = strategy(seed, 2, profile);
      Processor highest = next(strategy);
      if (strategy.interaction()) {
        retire(strategy, highest, 1, false);
        strategy.cut(highest);
        for (int i = 0; i < 20 && next(strategy) == highest; i++) {
          retire(strategy, highest, strategy.length(), false);
        }
        assertNotEquals(highest, next(strategy), "seed " + seed);
        assertTrue(highest.s.retired <= 20, "retired " + highest.s.retired);
        changes++;
      }
    }
    assertTrue(changes > 5, "changes: " + changes);
  }
}
