package io.tlbscope.tools.cli;

import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.plugin.NoSymbols;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.run.Exploration;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.run.Snapshot;
import io.tlbscope.tools.SyntheticTrace;
import io.tlbscope.tools.machine.GuestMachine;
import io.tlbscope.tools.machine.MachineSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A machine that plays the synthetic trace and ends as told. */
final class FakeMachines {
  Outcome outcome = Outcome.EXITED;
  int guestExit = 33;
  boolean violation;
  boolean untilStopped;
  RuntimeException failure;
  MachineException refusal;
  MachineSpec spec;

  GuestMachine build(MachineSpec asked) throws MachineException {
    spec = asked;
    if (refusal != null) {
      throw refusal;
    }
    return new Fake();
  }

  private final class Fake implements GuestMachine {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile String reason = "done";

    @Override
    public RunResult run(Progress progress) {
      if (failure != null) {
        throw failure;
      }
      try {
        spec.console().write("PASS hello".getBytes(StandardCharsets.UTF_8));
        spec.console().flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      List<Violation> violations =
          SyntheticTrace.play(spec.cpus(), 40, spec.seed(), violation, spec.trace());
      progress.at(1_000_000, 1_000_000);
      if (untilStopped) {
        try {
          stopped.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      Map<String, Object> sections =
          spec.plugins().contains("pmap")
              ? Map.of(
                  "pmap",
                  Map.of("initiated", 40, "completed", 40, "lost", 0, "over_invalidated", 3))
              : Map.of();
      return new RunResult(
          untilStopped ? Outcome.STOPPED : outcome,
          guestExit,
          1_234_567,
          Collections.nCopies(spec.cpus(), 1000L),
          1_234_567,
          violations,
          sections,
          reason,
          outcome == Outcome.GUEST_DIED ? "RIP=0 registers" : "");
    }

    @Override
    public void explore(Exploration exploration, long maxInstructions) {
      throw new AssertionError("a fake has no order to explore");
    }

    @Override
    public Snapshot snapshot() {
      throw new AssertionError("a fake has no state");
    }

    @Override
    public void restore(Snapshot snapshot) {
      throw new AssertionError("a fake has no state");
    }

    @Override
    public void reseed(long seed) {
      throw new AssertionError("a fake has no order");
    }

    @Override
    public void stop(String why) {
      reason = why;
      stopped.countDown();
    }

    @Override
    public String engine() {
      return "interpret";
    }

    @Override
    public Map<String, Object> engineStatistics() {
      return Map.of("regions", 3, "exits", Map.of("memory", 7));
    }

    @Override
    public String schedule() {
      return "deterministic";
    }

    @Override
    public PluginContext.Symbols symbols() {
      return new NoSymbols();
    }

    @Override
    public PhysicalAccess physical() {
      return new ZeroedMemory();
    }

    @Override
    public List<String> woven() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  private static final class ZeroedMemory implements PhysicalAccess {
    @Override
    public long ramBytes() {
      return 4096;
    }

    @Override
    public boolean isRam(long pa) {
      return pa < ramBytes();
    }

    @Override
    public long read(long pa, int size) {
      return 0;
    }

    @Override
    public void write(long pa, int size, long value) {}

    @Override
    public void watch(long pa, boolean loads, boolean stores) {}

    @Override
    public void unwatch(long pa, boolean loads, boolean stores) {}
  }
}
