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

/** Explored orders on vCPUs whose instructions are only counted. */
class ExploredTest {
  private static final long LIMIT = 60_000;

  /** Who ran, in one piece however many slices it took. */
  private record Stretch(int cpu, long from, long to) {}

  /** What a vCPU does at its instruction of this number. */
  private interface Deed {
    void at(Processor cpu, long instruction);
  }

  private final List<Stretch> order = new ArrayList<>();
  private Processor[] cpus;
  private DeterministicScheduler scheduler;

  private void run(int count, Exploration exploration, Deed deed) {
    order.clear();
    cpus = new Processor[count];
    Engine[] engines = new Engine[count];
    for (int i = 0; i < count; i++) {
      Processor cpu = new Processor(i, null, new CpuState(), null);
      cpus[i] = cpu;
      engines[i] = budget -> slice(cpu, budget, deed);
    }
    scheduler =
        new DeterministicScheduler(
            cpus, engines, cpu -> cpu.activity = Activity.RUNNING, 0, 0, LIMIT);
    for (Processor cpu : cpus) {
      cpu.onPending = () -> scheduler.attention(cpu);
    }
    scheduler.explore(exploration, LIMIT);
    scheduler.run(Progress.NONE);
  }

  private long slice(Processor cpu, long budget, Deed deed) {
    long from = cpu.s.retired;
    cpu.clearPending(Processor.SIGNAL);
    while (cpu.s.retired - from < budget && !cpu.yield && cpu.activity == Activity.RUNNING) {
      deed.at(cpu, cpu.s.retired);
      cpu.s.retired++;
    }
    Stretch last = order.isEmpty() ? null : order.getLast();
    if (last != null && last.cpu == cpu.index()) {
      order.set(order.size() - 1, new Stretch(cpu.index(), last.from, cpu.s.retired));
    } else {
      order.add(new Stretch(cpu.index(), from, cpu.s.retired));
    }
    return cpu.s.retired - from;
  }

  private void quiet(Processor cpu, long instruction) {}

  /** Something of everything that ends slices. */
  private void busy(Processor cpu, long instruction) {
    long what = (instruction + 7L * cpu.index()) % 1000;
    if (what % 90 == 3) {
      cpu.yield = true;
    } else if (what == 410) {
      cpus[(cpu.index() + 1) % cpus.length].signal();
    } else if (what == 500) {
      cpu.onInteraction.run();
    } else if (what == 700 && cpu.index() > 0) {
      cpu.activity = Activity.HALTED;
    } else if (what == 850 && cpu.index() > 1) {
      cpu.activity = Activity.MWAIT;
    }
  }

  private void replays(Exploration exploration) {
    run(3, exploration, this::busy);
    List<Stretch> first = List.copyOf(order);
    List<Preemption> preemptions = exploration.preemptions();
    assertTrue(first.size() > 30, "stretches: " + first.size());
    Exploration again = Exploration.fixed(preemptions);
    run(3, again, this::busy);
    assertEquals(first, order);
    assertEquals(preemptions, again.preemptions());
    assertEquals(exploration.places(), again.places());
  }

  @Test
  void thePreemptionsOfRandomOrdersMakeThemAgain() {
    for (long seed = 0; seed < 40; seed++) {
      replays(Exploration.random(seed));
    }
  }

  @Test
  void thePreemptionsOfPrioritiesMakeThemAgain() {
    Profile profile = profile();
    for (long seed = 0; seed < 40; seed++) {
      replays(Exploration.pct(seed, 4, profile));
    }
  }

  private Profile profile() {
    Exploration profiling = Exploration.profiling();
    run(3, profiling, this::stepped);
    return profiling.profile();
  }

  /** As an interpreter does it with a debugger. */
  private void stepped(Processor cpu, long instruction) {
    cpu.s.rip = instruction % 1000;
    if (cpu.debugger != null) {
      cpu.debugger.before(cpu);
    }
    busy(cpu, instruction);
  }

  @Test
  void theProfileHasEachInstructionAndItsAddress() {
    Profile profile = profile();
    // Instructions of a vCPU that is alone cannot be preempted, and are left out.
    int instructions = profile.instructions();
    assertTrue(
        instructions < LIMIT && instructions > LIMIT * 9 / 10, "instructions: " + instructions);
    assertTrue(
        profile.addresses() >= 2000 && profile.addresses() <= 3000,
        "addresses: " + profile.addresses());
    assertTrue(profile.interactions() > 10);
    List<Place> places = profile.byNovelty();
    assertEquals(instructions, new HashSet<>(places).size());
    assertEquals(instructions, places.size());
    long early =
        places.subList(0, profile.addresses()).stream().filter(place -> place.at() < 2000).count();
    assertEquals(profile.addresses(), early);
  }

  @Test
  void thePlainOrderGoesRoundAndLetsNobodySpinForEver() {
    run(3, Exploration.fixed(List.of()), this::quiet);
    assertEquals(new Stretch(0, 0, PlainOrder.FAIR), order.get(0));
    assertEquals(new Stretch(1, 0, PlainOrder.FAIR), order.get(1));
    assertEquals(new Stretch(2, 0, PlainOrder.FAIR), order.get(2));
    assertEquals(0, order.get(3).cpu());
  }

  @Test
  void aPreemptionIsAtItsInstruction() {
    run(
        2,
        Exploration.fixed(List.of(new Preemption(0, 123, 1), new Preemption(1, 7, 0))),
        this::quiet);
    assertEquals(new Stretch(0, 0, 123), order.get(0));
    assertEquals(new Stretch(1, 0, 7), order.get(1));
    assertEquals(new Stretch(0, 123, 123 + PlainOrder.FAIR), order.get(2));
  }

  @Test
  void aPreemptionForASleeperIsLeftOut() {
    Preemption first = new Preemption(0, 20, 1);
    Exploration exploration = Exploration.fixed(List.of(first, new Preemption(0, 50, 1)));
    run(
        3,
        exploration,
        (cpu, instruction) -> {
          if (cpu.index() == 1) {
            cpu.activity = Activity.HALTED;
          }
        });
    assertEquals(1, order.stream().filter(stretch -> stretch.cpu == 1).count());
    assertEquals(List.of(first), exploration.preemptions());
  }

  @Test
  void whoWaitsGivesWayAndWhoDelaysDoesNot() {
    Exploration exploration = Exploration.fixed(List.of());
    run(
        2,
        exploration,
        (cpu, instruction) -> {
          // CPU 0 waits from its instruction 1000 on; CPU 1 pauses now and then.
          cpu.yield =
              cpu.index() == 0
                  ? instruction >= 1000 && instruction % 5 == 0
                  : instruction % 100 == 0;
        });
    assertEquals(new Stretch(0, 0, 1000 + 31 * 5 + 1), order.get(0));
    assertEquals(new Stretch(1, 0, PlainOrder.FAIR), order.get(1));
  }

  @Test
  void randomOrdersDifferAndSoDoTheirMeans() {
    Set<List<Stretch>> orders = new HashSet<>();
    Set<Integer> sizes = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      run(2, Exploration.random(seed), this::quiet);
      orders.add(List.copyOf(order));
      sizes.add(Integer.numberOfLeadingZeros(order.size()));
    }
    assertEquals(20, orders.size());
    assertTrue(sizes.size() > 3, "sizes: " + sizes);
  }
}
