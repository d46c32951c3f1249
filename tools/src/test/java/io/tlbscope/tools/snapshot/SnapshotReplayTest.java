package io.tlbscope.tools.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.run.Machine;
import io.tlbscope.core.run.MachineBuilder;
import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.Snapshot;
import io.tlbscope.guests.Guests;
import io.tlbscope.guests.Stanza;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run that is interrupted, saved and restored is the run that was left alone: every event, the
 * console and the result, whichever machine goes on.
 */
@Execution(ExecutionMode.CONCURRENT)
class SnapshotReplayTest {
  /** Where runs are interrupted, in thousandths of their instructions. */
  private static final List<Integer> POINTS = List.of(130, 770);

  /** Instructions of a run at most; a run that is cut there is compared as well. */
  private static final long MOST = Long.getLong("tlbscope.snapshot.most", 1_000_000);

  /** A TLB that is always full: which entry was used last shows soon. */
  private static final String TINY = "l1d=2x2,l1i=2x2,l2=4x2,pde=4x2";

  /** Those that are run; 'all' for every one. */
  private static final Set<String> STANZAS =
      Set.of(
          System.getProperty(
                  "tlbscope.snapshot.stanzas",
                  "demo,mwait,smc,timer,nmi,invl,syscall,v86,tasks,x87,adbits,hlt-wake,single-pcid,"
                      + "shootdown-mixed,shootdown-serial,shootdown-pti-pcid,mutant-ack-then-user,"
                      + "mutant-nmi-reads-user,mutant-handler-serves-one")
              .split(","));

  @TempDir Path folder;

  /** One way to run a stanza. */
  record Case(Stanza stanza, int cpus, String mode, long seed, String engine, String tlb) {
    @Override
    public String toString() {
      return stanza.name() + ", " + cpus + " CPUs, seed " + seed + ", " + engine + ", TLB " + tlb;
    }

    MachineBuilder builder(Path folder) throws Exception {
      MachineBuilder builder =
          Machine.builder()
              .guest(Guests.extract(stanza.guest(), folder).orElseThrow())
              .cpus(cpus)
              .seed(seed)
              .engine(engine)
              .memory(Long.parseLong(stanza.get("memory", "64")) << 20)
              .cpu(stanza.get("cpu", "intel"))
              .tlb(tlb)
              .maxInstructions(MOST)
              .boot(
                  BootOptions.defaults()
                      .withCommandLine((stanza.get("append", "") + " apic=" + mode).strip()));
      for (String plugin : stanza.get("plugins", "apic pmap").split(" +")) {
        // All that may have state takes part in one of the two cases.
        boolean sanitized = plugin.equals("pmap") && engine.equals("interpret");
        builder.plugin(sanitized ? "pmap,check=stale" : plugin);
      }
      return builder.memoryOrder(engine.equals("interpret") && cpus > 1 ? "tso" : "sc");
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Stanza stanza : Guests.stanzas()) {
      if (STANZAS.contains(stanza.name()) || STANZAS.contains("all")) {
        // The most CPUs that a run of few instructions gets anywhere with.
        int cpus =
            Stream.of(stanza.get("smp", "1").split(","))
                .mapToInt(count -> Integer.parseInt(count.strip()))
                .filter(count -> count <= 4)
                .max()
                .orElse(1);
        String mode = stanza.get("modes", "xapic").split(",")[0].strip();
        cases.add(new Case(stanza, cpus, mode, 1, "translate", stanza.get("tlb", "default")));
        cases.add(new Case(stanza, cpus, mode, 2, "interpret", "unbounded"));
        cases.add(new Case(stanza, cpus, mode, 3, "translate", TINY));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void aRestoredRunIsTheRunThatWasLeftAlone(Case run) throws Exception {
    Recorded.Part whole;
    try (Recorded machine = new Recorded(run.builder(folder))) {
      whole = machine.run();
    }
    for (int point : POINTS) {
      long at = Math.max(1, whole.result().instructions() * point / 1000);
      interrupt(run, whole, at);
    }
  }

  private void interrupt(Case run, Recorded.Part whole, long at) throws Exception {
    String where = run + ", at " + at;
    try (Recorded machine = new Recorded(run.builder(folder).pauseAt(at));
        Recorded other = new Recorded(run.builder(folder))) {
      Recorded.Part before = machine.run();
      assertEquals(Outcome.PAUSED, before.result().outcome(), where);
      assertEquals(at, before.result().instructions(), where);
      Snapshot snapshot = machine.machine.snapshot();
      Recorded.Part rest = machine.run();
      before.assertGoesOnAs(rest, whole, where + ": paused");
      for (int times = 0; times < 2; times++) {
        machine.machine.restore(snapshot);
        machine.run().assertIs(rest, where + ": rewound");
      }
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      snapshot.write(file);
      other.machine.restore(Snapshot.read(new ByteArrayInputStream(file.toByteArray())));
      other.run().assertIs(rest, where + ": another machine");
    }
  }

  /** Instructions between two points, those that are run from each, and where it ends. */
  private static final long APART = 9_973, STRETCH = 9_000, LAST = 600_000;

  private static Recorded.Part stretch(Recorded machine, long from) {
    machine.machine.pauseAt(from + STRETCH);
    return machine.run();
  }

  private static Case demo(String engine) {
    Stanza stanza =
        Guests.stanzas().stream().filter(s -> s.name().equals("demo")).findFirst().orElseThrow();
    return new Case(stanza, 2, "xapic", 2, engine, TINY);
  }

  private MachineBuilder unlimited(Case run) throws Exception {
    return run.builder(folder).maxInstructions(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"interpret", "translate", "check"})
  void anyPlaceIsAsGoodAsAnother(String engine) throws Exception {
    Case run = demo(engine);
    try (Recorded machine = new Recorded(unlimited(run));
        Recorded other = new Recorded(unlimited(run))) {
      for (long at = APART; at < LAST; at += APART) {
        machine.machine.pauseAt(at);
        assertEquals(Outcome.PAUSED, machine.run().result().outcome());
        Snapshot snapshot = machine.machine.snapshot();
        Recorded.Part first = stretch(machine, at);
        machine.machine.restore(snapshot);
        stretch(machine, at).assertIs(first, run + ", at " + at + ": rewound");
        other.machine.restore(snapshot);
        stretch(other, at).assertIs(first, run + ", at " + at + ": another machine");
        machine.machine.restore(snapshot);
      }
    }
  }

  /** What the TLB is not asked for decides what it takes for used: nobody may forget it. */
  @Test
  void aLookAsideThatIsLostIsSeen() throws Exception {
    int seen = 0;
    try (Recorded machine = new Recorded(unlimited(demo("translate")))) {
      for (long at = APART; at < LAST; at += APART) {
        machine.machine.pauseAt(at);
        machine.run();
        Snapshot snapshot = machine.machine.snapshot();
        Recorded.Part first = stretch(machine, at);
        machine.machine.restore(snapshot);
        machine.machine.vcpu(0).dropLookAside();
        machine.machine.vcpu(1).dropLookAside();
        seen += stretch(machine, at).events().equals(first.events()) ? 0 : 1;
        machine.machine.restore(snapshot);
      }
    }
    assertTrue(seen > 0, "these points tell nothing of look-asides; take others");
  }
}
