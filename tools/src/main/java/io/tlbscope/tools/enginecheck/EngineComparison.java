package io.tlbscope.tools.enginecheck;

import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.tools.randomprogram.RandomProgram;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** Holds the runs of two engines against each other, and a run against what any program must do. */
public final class EngineComparison {
  /**
   * What came of one program.
   *
   * @param instructions that the first engine retired
   * @param difference the first difference in one line; empty where there is none
   */
  public record Verdict(long instructions, Optional<String> difference) {}

  private final EngineRunner runner;
  private final String first;
  private final String second;

  /**
   * @param first and {@code second} names of engines
   */
  public EngineComparison(EngineRunner runner, String first, String second) {
    this.runner = runner;
    this.first = first;
    this.second = second;
  }

  /**
   * Runs {@code program} twice.
   *
   * @param file holds its image
   */
  public Verdict check(RandomProgram program, Path file) throws MachineException {
    EngineRun one = runner.run(program, file, first);
    EngineRun other = runner.run(program, file, second);
    return new Verdict(one.result().instructions(), difference(one, other));
  }

  static Optional<String> difference(EngineRun one, EngineRun other) {
    return ending(one, other)
        .or(() -> ram(one, other))
        .or(() -> events(one, other))
        .or(() -> unexpected(one));
  }

  private static Optional<String> ending(EngineRun one, EngineRun other) {
    RunResult a = one.result();
    RunResult b = other.result();
    return differ(
            "outcome", one, a.outcome() + " " + a.reason(), other, b.outcome() + " " + b.reason())
        .or(() -> differ("guest exit", one, a.guestExit(), other, b.guestExit()))
        .or(() -> differ("retired instructions", one, a.perCpu(), other, b.perCpu()))
        .or(() -> differ("guest time", one, a.ticks(), other, b.ticks()))
        .or(() -> differ("report", one, a.report(), other, b.report()));
  }

  private static Optional<String> ram(EngineRun one, EngineRun other) {
    int pa = Arrays.mismatch(one.ram(), other.ram());
    return pa < 0
        ? Optional.empty()
        : differ(
            "RAM at pa 0x%x".formatted(pa),
            one,
            "0x%02x".formatted(one.ram()[pa]),
            other,
            "0x%02x".formatted(other.ram()[pa]));
  }

  private static Optional<String> events(EngineRun one, EngineRun other) {
    int both = Math.min(one.events().size(), other.events().size());
    for (int n = 0; n < both; n++) {
      if (!one.events().get(n).equals(other.events().get(n))) {
        return differ("event " + n, one, one.events().get(n), other, other.events().get(n));
      }
    }
    return differ("number of events", one, one.events().size(), other, other.events().size());
  }

  private static Optional<String> differ(
      String what, EngineRun one, Object a, EngineRun other, Object b) {
    return Objects.equals(a, b)
        ? Optional.empty()
        : Optional.of(
            "%s: %s has %s, %s has %s".formatted(what, one.engine(), a, other.engine(), b));
  }

  /** Both agree, but not on how programs end. */
  private static Optional<String> unexpected(EngineRun run) {
    RunResult result = run.result();
    boolean right =
        result.outcome() == Outcome.EXITED && result.guestExit() == RandomProgram.EXIT_STATUS;
    return right
        ? Optional.empty()
        : Optional.of("no difference, but the program does not end well: " + result.reason());
  }
}
