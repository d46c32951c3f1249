package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Slices that adapt, on vCPUs whose instructions are only counted. */
class SlicesTest {
  /** Short slices are below this. */
  private static final int SHORT = 2 * Slices.SHORTEST;

  private record Slice(int cpu, long at, long length) {}

  /** What a vCPU does in a slice; returns instructions to retire of those it may. */
  private interface Deed {
    long at(Processor cpu, long budget);
  }

  private final List<Slice> slices = new ArrayList<>();
  private Processor[] cpus;
  private Scheduler scheduler;

  private Scheduler.Ending run(int count, long seed, long limit, Deed deed) {
    slices.clear();
    machine(count, seed, limit, deed);
    return scheduler.run(Progress.NONE);
  }

  private void machine(int count, long seed, long limit, Deed deed) {
    cpus = new Processor[count];
    Engine[] engines = new Engine[count];
    for (int i = 0; i < count; i++) {
      Processor cpu = new Processor(i, null, new CpuState(), null);
      cpus[i] = cpu;
      engines[i] =
          budget -> {
            long at = scheduler.now();
            long done = deed.at(cpu, budget);
            cpu.s.retired += done;
            slices.add(new Slice(cpu.index(), at, done));
            return done;
          };
    }
    scheduler =
        new DeterministicScheduler(
            cpus, engines, cpu -> cpu.activity = Activity.RUNNING, seed, 0, limit);
    for (Processor cpu : cpus) {
      cpu.onPending = () -> scheduler.attention(cpu);
    }
  }

  private static long quiet(Processor cpu, long budget) {
    return budget;
  }

  private double mean(long from) {
    return slices.stream().filter(s -> s.at >= from).mapToLong(Slice::length).average().orElse(0);
  }

  @Test
  void slicesGrowWhileNothingHappens() {
    run(8, 1, 200_000_000, SlicesTest::quiet);
    assertTrue(slices.subList(0, 4096).stream().allMatch(slice -> slice.length < SHORT));
    assertTrue(mean(100_000_000) > 10_000, "mean " + mean(100_000_000));
  }

  @Test
  void runsOfShortSlicesComeAtAnyTime() {
    run(4, 1, 100_000_000, SlicesTest::quiet);
    List<Slice> late = slices.stream().filter(slice -> slice.at > 10_000_000).toList();
    long brief = late.stream().filter(slice -> slice.length < SHORT).count();
    assertTrue(10 * brief > late.size(), brief + " of " + late.size());
    assertTrue(
        java.util.stream.IntStream.range(0, late.size() - 2)
            .anyMatch(n -> late.subList(n, n + 3).stream().allMatch(s -> s.length < SHORT)));
  }

  @Test
  void tenSeedsGiveTenInterleavingsAndEachReplays() {
    Set<List<Slice>> interleavings = new HashSet<>();
    for (long seed = 0; seed < 10; seed++) {
      run(4, seed, 10_000, SlicesTest::quiet);
      List<Slice> first = List.copyOf(slices);
      run(4, seed, 10_000, SlicesTest::quiet);
      assertEquals(first, slices);
      interleavings.add(first);
    }
    assertEquals(10, interleavings.size());
  }

  /** The slices behind the first one that starts at 50 million ticks or later. */
  private List<Slice> afterDeed(Deed deed) {
    boolean[] done = {false};
    run(
        4,
        3,
        60_000_000,
        (cpu, budget) -> {
          if (done[0] || scheduler.now() < 50_000_000 || budget < SHORT) {
            return budget;
          }
          done[0] = true;
          return deed.at(cpu, budget);
        });
    int first = 0;
    while (slices.get(first).at < 50_000_000 || slices.get(first).length != 10) {
      first++;
    }
    return slices.subList(first, slices.size());
  }

  @Test
  void anInterruptForARunningVcpuEndsTheSliceAndShortensThoseBehind() {
    List<Slice> behind =
        afterDeed(
            (cpu, budget) -> {
              cpus[cpu.index() + 1 & 3].signal();
              assertTrue(cpu.yield && cpu.leaveBlock);
              return 10;
            });
    int sender = behind.getFirst().cpu;
    assertEquals(sender, behind.get(1).cpu, "the sender goes on for a random while");
    assertTrue(behind.subList(1, 6).stream().allMatch(slice -> slice.length < SHORT));
    long taken =
        behind.stream().filter(slice -> slice.cpu == (sender + 1 & 3)).findFirst().get().at;
    assertTrue(taken - behind.getFirst().at < 4000, "taken after " + taken);
  }

  @Test
  void aTlbInvalidationShortensThoseBehind() {
    List<Slice> behind =
        afterDeed(
            (cpu, budget) -> {
              cpu.onInteraction.run();
              assertTrue(cpu.yield && cpu.leaveBlock);
              return 10;
            });
    assertTrue(behind.subList(1, 5).stream().allMatch(slice -> slice.length < SHORT));
  }

  @Test
  void aTimersInterruptForARunningVcpuIsNotKeptWaiting() {
    List<Long> waits = new ArrayList<>();
    boolean[] waiting = {false};
    long[] since = new long[1];
    machine(
        8,
        1,
        400_000_000,
        (cpu, budget) -> {
          if (cpu.index() == 5 && waiting[0]) {
            waiting[0] = false;
            cpu.clearPending(Processor.SIGNAL);
            waits.add(scheduler.now() - since[0]);
          }
          return budget;
        });
    for (long at = 100_000_000; at < 400_000_000; at += 1_000_000) {
      scheduler.schedule(
          at,
          () -> {
            waiting[0] = true;
            since[0] = scheduler.now();
            cpus[5].signal();
          });
    }
    scheduler.run(Progress.NONE);
    double wait = waits.stream().mapToLong(each -> each).average().orElseThrow();
    assertTrue(wait < 1000, "mean wait " + wait);
    assertTrue(mean(100_000_000) > 8_000, "others keep long slices: " + mean(100_000_000));
  }

  @Test
  void aSteadySpinLeavesTheOthersTheirLongSlices() {
    long[] untilPause = {5};
    run(
        4,
        1,
        200_000_000,
        (cpu, budget) -> {
          if (cpu.index() != 0) {
            return budget;
          }
          long done = Math.min(budget, untilPause[0]);
          untilPause[0] -= done;
          if (untilPause[0] == 0) {
            untilPause[0] = 5;
            cpu.yield = true;
          }
          return done;
        });
    double mean =
        slices.stream()
            .filter(slice -> slice.cpu != 0 && slice.at > 100_000_000)
            .mapToLong(Slice::length)
            .average()
            .orElseThrow();
    assertTrue(mean > 10_000, "mean " + mean);
  }

  @Test
  void aSpinThatEndsShortensThoseBehind() {
    int[] turns = {0};
    List<Integer> ends = new ArrayList<>();
    run(
        2,
        1,
        100_000_000,
        (cpu, budget) -> {
          if (cpu.index() == 0 && budget >= 50) {
            cpu.yield = true;
            if (++turns[0] % 1000 == 0) {
              ends.add(slices.size());
              return 50;
            }
            return 5;
          }
          return budget;
        });
    assertTrue(ends.size() > 2, "ends " + ends.size());
    for (int end : ends.subList(1, ends.size() - 1)) {
      assertTrue(slices.get(end + 1).length < SHORT);
    }
  }

  @Test
  void sleepShortensThoseBehind() {
    List<Slice> behind =
        afterDeed(
            (cpu, budget) -> {
              cpu.activity = Activity.HALTED;
              return 10;
            });
    assertTrue(behind.subList(1, 5).stream().allMatch(slice -> slice.length < SHORT));
  }
}
