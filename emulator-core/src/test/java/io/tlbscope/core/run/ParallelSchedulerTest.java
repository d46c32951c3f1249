package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.trap.Events;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads, sleep, time and standing still, on vCPUs whose instructions are only counted. */
@Timeout(60)
class ParallelSchedulerTest {
  private final ParallelWorld world = new ParallelWorld();
  private Processor[] cpus;
  private ParallelScheduler scheduler;

  /** What a vCPU does at its instruction boundaries; false puts it to sleep. */
  private interface Guest {
    boolean instruction(Processor cpu);
  }

  private void machine(int count, long limit, Guest guest) {
    cpus = new Processor[count];
    Engine[] engines = new Engine[count];
    for (int i = 0; i < count; i++) {
      Processor cpu = new Processor(i, null, new CpuState(), null);
      cpus[i] = cpu;
      engines[i] = budget -> run(cpu, budget, guest);
    }
    scheduler = new ParallelScheduler(cpus, engines, world, limit);
    for (Processor cpu : cpus) {
      cpu.onPending = () -> scheduler.attention(cpu);
    }
  }

  private static long run(Processor cpu, long budget, Guest guest) {
    cpu.yield = false;
    long done = 0;
    while (done < budget && !cpu.yield) {
      if (cpu.pending() != 0 && (!Events.service(cpu) || cpu.yield)) {
        break;
      }
      done++;
      cpu.s.retired++;
      if (!guest.instruction(cpu)) {
        cpu.activity = Activity.HALTED;
        break;
      }
    }
    return done;
  }

  @Test
  void theLimitIsNeverPassedAndMissedByASixteenthAtMost() {
    machine(4, 1_000_000, cpu -> true);
    assertEquals(Scheduler.Ending.LIMIT, scheduler.run(Progress.NONE));
    assertTrue(scheduler.instructions() <= 1_000_000, () -> "" + scheduler.instructions());
    assertTrue(scheduler.instructions() >= 937_500, () -> "" + scheduler.instructions());
  }

  @Test
  void sleepersWithoutTimersAreDead() {
    machine(3, Long.MAX_VALUE, cpu -> false);
    assertEquals(Scheduler.Ending.ALL_ASLEEP, scheduler.run(Progress.NONE));
    assertEquals(3, scheduler.instructions());
  }

  @Test
  void aTimerFiresNotBeforeItsTimeAndInOrder() {
    machine(1, Long.MAX_VALUE, cpu -> false);
    List<String> fired = new ArrayList<>();
    long[] late = new long[1];
    scheduler.schedule(2_000_000, () -> fired.add("second"));
    scheduler.schedule(
        1_000_000,
        () -> {
          late[0] = scheduler.now();
          fired.add("first");
        });
    scheduler.cancel(scheduler.schedule(1_500_000, () -> fired.add("cancelled")));
    assertEquals(Scheduler.Ending.ALL_ASLEEP, scheduler.run(Progress.NONE));
    assertEquals(List.of("first", "second"), fired);
    assertTrue(late[0] >= 1_000_000);
  }

  @Test
  void anErrorOnAnyThreadIsTheRunsAndNamesItsCpu() {
    RuntimeException thrown = new IllegalStateException("of the guest's doing");
    machine(
        3,
        Long.MAX_VALUE,
        cpu -> {
          if (cpu.index() == 2) {
            throw thrown;
          }
          return true;
        });
    assertSame(thrown, assertThrows(RuntimeException.class, () -> scheduler.run(Progress.NONE)));
    assertSame(cpus[2], scheduler.last());
  }

  @Test
  void aFailedTimerIsTheRunsToo() {
    machine(1, Long.MAX_VALUE, cpu -> true);
    scheduler.schedule(
        0,
        () -> {
          throw new IllegalStateException("timer");
        });
    assertThrows(IllegalStateException.class, () -> scheduler.run(Progress.NONE));
  }

  @Test
  void stopReachesAllFromAnyOfThem() {
    machine(
        4,
        Long.MAX_VALUE,
        cpu -> {
          if (cpu.index() == 3) {
            scheduler.stop();
          }
          return cpu.index() != 0;
        });
    assertEquals(Scheduler.Ending.STOPPED, scheduler.run(Progress.NONE));
  }

  /** Whoever runs alone sees both halves of what the others change at instruction boundaries. */
  @Test
  void nobodyRunsBesideWhoRunsAlone() {
    long[] halves = new long[2];
    AtomicInteger torn = new AtomicInteger();
    machine(
        3,
        Long.MAX_VALUE,
        cpu -> {
          if (cpu.index() == 0) {
            halves[0]++;
            halves[1]++;
          } else {
            world.alone(
                () -> {
                  if (halves[0] != halves[1]) {
                    torn.getAndIncrement();
                  }
                });
            if (cpu.s.retired == 2000) {
              scheduler.stop();
            }
          }
          return true;
        });
    scheduler.run(Progress.NONE);
    assertEquals(0, torn.get());
  }

  @Test
  void theLockAdmitsOneAndCountsAsStopped() {
    int[] inside = new int[1];
    AtomicInteger met = new AtomicInteger();
    machine(
        4,
        Long.MAX_VALUE,
        cpu -> {
          world.lock();
          try {
            met.getAndAdd(inside[0]++);
            if (cpu.s.retired % 64 == 0) {
              world.alone(() -> inside[0] += 0);
            }
            inside[0]--;
          } finally {
            world.unlock();
          }
          if (cpu.s.retired == 5000) {
            scheduler.stop();
          }
          return true;
        });
    scheduler.run(Progress.NONE);
    assertEquals(0, met.get());
  }

  @Test
  void whatOneAsksOfAllIsDoneWhenItGoesOn() {
    int[] answers = new int[4];
    machine(
        4,
        Long.MAX_VALUE,
        cpu -> {
          if (cpu.index() != 0) {
            // The last one sleeps, and is woken for what is asked of it.
            return cpu.index() != 3;
          }
          for (int peer = 1; peer < 4; peer++) {
            int who = peer;
            world.post(peer, true, () -> answers[who]++);
          }
          world.sync();
          answers[0]++;
          if (answers[1] != answers[0] || answers[2] != answers[0] || answers[3] != answers[0]) {
            throw new IllegalStateException("went on too early");
          }
          if (answers[0] == 500) {
            scheduler.stop();
          }
          return true;
        });
    assertEquals(Scheduler.Ending.STOPPED, scheduler.run(Progress.NONE));
    assertEquals(500, answers[3]);
  }

  @Test
  void twoThatAskEachOtherDoNotWaitForEver() {
    int[] answers = new int[2];
    machine(
        2,
        Long.MAX_VALUE,
        cpu -> {
          int other = 1 - cpu.index();
          world.post(other, true, () -> answers[other]++);
          world.sync();
          if (cpu.s.retired == 500) {
            scheduler.stop();
          }
          return true;
        });
    assertEquals(Scheduler.Ending.STOPPED, scheduler.run(Progress.NONE));
    assertTrue(answers[0] > 0 && answers[1] > 0);
  }
}
