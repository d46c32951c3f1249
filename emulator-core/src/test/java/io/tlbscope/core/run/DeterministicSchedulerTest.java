package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.SeededChoice;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Slices, time and sleep on vCPUs whose instructions are only counted. */
class DeterministicSchedulerTest {
  private final List<String> slices = new ArrayList<>();

  private Processor[] processors(int count) {
    Processor[] cpus = new Processor[count];
    for (int i = 0; i < count; i++) {
      cpus[i] = new Processor(i, null, new CpuState(), null);
    }
    return cpus;
  }

  /** An engine that retires its whole budget. */
  private Engine counting(Processor cpu) {
    return budget -> {
      slices.add(cpu.index() + ":" + budget);
      cpu.s.retired += budget;
      return budget;
    };
  }

  private Engine[] counting(Processor[] cpus) {
    Engine[] engines = new Engine[cpus.length];
    for (Processor cpu : cpus) {
      engines[cpu.index()] = counting(cpu);
    }
    return engines;
  }

  private List<String> run(int cpus, long seed, long limit) {
    slices.clear();
    Processor[] processors = processors(cpus);
    Scheduler scheduler =
        new DeterministicScheduler(processors, counting(processors), cpu -> {}, seed, 100, limit);
    assertEquals(Scheduler.Ending.LIMIT, scheduler.run(Progress.NONE));
    assertEquals(limit, scheduler.instructions());
    assertEquals(limit, scheduler.now());
    return List.copyOf(slices);
  }

  @Test
  void theSameSeedGivesTheSameSlices() {
    assertEquals(run(4, 7, 100_000), run(4, 7, 100_000));
  }

  @Test
  void tenSeedsGiveTenInterleavings() {
    Set<List<String>> interleavings = new HashSet<>();
    for (long seed = 0; seed < 10; seed++) {
      interleavings.add(run(4, seed, 10_000));
    }
    assertEquals(10, interleavings.size());
  }

  @Test
  void everyCpuGetsAboutItsShare() {
    Processor[] cpus = processors(16);
    new DeterministicScheduler(cpus, counting(cpus), cpu -> {}, 1, 100, 1_600_000)
        .run(Progress.NONE);
    for (Processor cpu : cpus) {
      assertTrue(
          cpu.s.retired > 75_000 && cpu.s.retired < 125_000,
          "CPU " + cpu.index() + ": " + cpu.s.retired);
    }
  }

  @Test
  void theInstructionLimitIsExact() {
    run(3, 1, 12_345);
  }

  @Test
  void aTimerFiresBeforeTheInstructionAtItsDeadline() {
    Processor[] cpus = processors(1);
    Scheduler scheduler =
        new DeterministicScheduler(cpus, counting(cpus), cpu -> {}, 1, 1000, 10_000);
    List<Long> times = new ArrayList<>();
    scheduler.schedule(1234, () -> times.add(scheduler.now()));
    scheduler.schedule(5678, () -> times.add(scheduler.now()));
    scheduler.run(Progress.NONE);
    assertEquals(List.of(1234L, 5678L), times);
  }

  @Test
  void timeJumpsToTheNextTimerWhileAllSleep() {
    Processor[] cpus = processors(2);
    for (Processor cpu : cpus) {
      cpu.activity = Activity.HALTED;
    }
    Scheduler scheduler = new DeterministicScheduler(cpus, counting(cpus), cpu -> {}, 1, 10, 1000);
    scheduler.schedule(
        1_000_000,
        () -> {
          cpus[1].activity = Activity.RUNNING;
          scheduler.attention(cpus[1]);
        });
    assertEquals(Scheduler.Ending.LIMIT, scheduler.run(Progress.NONE));
    assertEquals(1000, cpus[1].s.retired);
    assertEquals(1_001_000, scheduler.now());
  }

  @Test
  void aMachineThatCannotWakeEnds() {
    Processor[] cpus = processors(1);
    cpus[0].activity = Activity.WAIT_FOR_SIPI;
    assertEquals(
        Scheduler.Ending.ALL_ASLEEP,
        new DeterministicScheduler(cpus, counting(cpus), cpu -> {}, 1, 10, 1000)
            .run(Progress.NONE));
  }

  @Test
  void aCpuThatDiesOverTheEventThatWakesItEndsTheRun() {
    Processor[] cpus = processors(2);
    cpus[1].activity = Activity.HALTED;
    cpus[1].signal();
    Scheduler scheduler =
        new DeterministicScheduler(
            cpus, counting(cpus), cpu -> cpu.activity = Activity.SHUTDOWN, 1, 10, 1000);
    assertEquals(Scheduler.Ending.SHUTDOWN, scheduler.run(Progress.NONE));
    assertEquals(cpus[1], scheduler.last());
  }

  @Test
  void anEventOfASleeperForAnEarlierOneIsSeenBeforeTheMachineCountsAsDead() {
    Processor[] cpus = processors(2);
    cpus[0].activity = Activity.HALTED;
    cpus[1].activity = Activity.HALTED;
    Scheduler[] scheduler = new Scheduler[1];
    for (Processor cpu : cpus) {
      cpu.onPending = () -> scheduler[0].attention(cpu);
    }
    scheduler[0] =
        new DeterministicScheduler(
            cpus,
            counting(cpus),
            cpu -> {
              cpu.clearPending(-1);
              if (cpu == cpus[1]) {
                cpus[0].nmi();
              } else {
                cpu.activity = Activity.RUNNING;
              }
            },
            1,
            10,
            1000);
    cpus[1].nmi();
    assertEquals(Scheduler.Ending.LIMIT, scheduler[0].run(Progress.NONE));
  }

  @Test
  void aTimerThatIsDueWhenASleeperIsLookedAtFiresBeforeTheNextInstruction() {
    Processor[] cpus = processors(2);
    cpus[1].activity = Activity.HALTED;
    cpus[1].signal();
    Scheduler[] scheduler = new Scheduler[1];
    List<Long> times = new ArrayList<>();
    scheduler[0] =
        new DeterministicScheduler(
            cpus,
            counting(cpus),
            cpu -> {
              cpu.clearPending(-1);
              scheduler[0].schedule(0, () -> times.add(scheduler[0].instructions()));
            },
            1,
            10,
            1000);
    scheduler[0].run(Progress.NONE);
    assertEquals(List.of(0L), times);
  }

  @Test
  void aTimerThatWakesNobodyUsesUpTheLimit() {
    Processor[] cpus = processors(1);
    cpus[0].activity = Activity.HALTED;
    cpus[0].s.flags.system(CpuState.IF);
    Scheduler scheduler = new DeterministicScheduler(cpus, counting(cpus), cpu -> {}, 1, 10, 1000);
    tick(scheduler);
    assertEquals(Scheduler.Ending.LIMIT, scheduler.run(Progress.NONE));
    assertEquals(0, scheduler.instructions());
  }

  @Test
  void aTimerThatNobodyHearsDoesNotKeepADeadMachineAlive() {
    Processor[] cpus = processors(1);
    cpus[0].activity = Activity.HALTED;
    Scheduler scheduler = new DeterministicScheduler(cpus, counting(cpus), cpu -> {}, 1, 10, 1000);
    tick(scheduler);
    assertEquals(Scheduler.Ending.ALL_ASLEEP, scheduler.run(Progress.NONE));
  }

  @Test
  void aTimerKeepsAMachineAliveThatHearsIt() {
    Processor[] cpus = processors(1);
    cpus[0].activity = Activity.HALTED;
    cpus[0].s.flags.rflags(CpuState.IF);
    Scheduler scheduler =
        new DeterministicScheduler(cpus, counting(cpus), cpu -> {}, 1, 10, Long.MAX_VALUE);
    tick(scheduler);
    scheduler.schedule(1000L << 20, scheduler::stop);
    assertEquals(Scheduler.Ending.STOPPED, scheduler.run(Progress.NONE));
  }

  private static void tick(Scheduler scheduler) {
    scheduler.schedule(scheduler.now() + 1000, () -> tick(scheduler));
  }

  @Test
  void aCpuThatOnlyDeliversExceptionsLetsTimePassAndMeetsTheLimit() {
    Processor[] cpus = processors(1);
    Engine engine =
        budget -> {
          cpus[0].delivered += 1000;
          return 0;
        };
    Scheduler scheduler =
        new DeterministicScheduler(cpus, new Engine[] {engine}, cpu -> {}, 1, 10, 100_000);
    List<Long> times = new ArrayList<>();
    scheduler.schedule(5500, () -> times.add(scheduler.now()));
    assertEquals(Scheduler.Ending.LIMIT, scheduler.run(Progress.NONE));
    assertEquals(List.of(6000L), times);
    assertEquals(0, scheduler.instructions());
  }

  @Test
  void aSleepingCpuGetsNoSlices() {
    Processor[] cpus = processors(2);
    cpus[0].activity = Activity.HALTED;
    new DeterministicScheduler(cpus, counting(cpus), cpu -> {}, 1, 10, 1000).run(Progress.NONE);
    assertEquals(0, cpus[0].s.retired);
  }

  @Test
  void stopEndsTheRunAtTheNextBoundary() {
    Processor[] cpus = processors(1);
    DeterministicScheduler[] scheduler = new DeterministicScheduler[1];
    Engine engine =
        budget -> {
          scheduler[0].stop();
          assertTrue(cpus[0].leaveBlock && cpus[0].yield);
          cpus[0].s.retired++;
          return 1;
        };
    scheduler[0] = new DeterministicScheduler(cpus, new Engine[] {engine}, cpu -> {}, 1, 10, 1000);
    assertEquals(Scheduler.Ending.STOPPED, scheduler[0].run(Progress.NONE));
    assertEquals(1, scheduler[0].instructions());
  }

  @Test
  void aTimerThatStopsTheMachineLetsNothingRunBehindIt() {
    Processor[] cpus = processors(1);
    Scheduler scheduler =
        new DeterministicScheduler(cpus, counting(cpus), cpu -> {}, 1, 10, 10_000);
    scheduler.schedule(123, scheduler::stop);
    assertEquals(Scheduler.Ending.STOPPED, scheduler.run(Progress.NONE));
    assertEquals(123, scheduler.instructions());
  }

  @Test
  void choicesAreUniformEnough() {
    SeededChoice choice = new SeededChoice(3);
    int[] counts = new int[10];
    for (int i = 0; i < 100_000; i++) {
      counts[choice.below(10)]++;
    }
    for (int count : counts) {
      assertTrue(count > 9_500 && count < 10_500, "count " + count);
    }
    assertNotEquals(new SeededChoice(1).below(1 << 30), new SeededChoice(2).below(1 << 30));
  }
}
