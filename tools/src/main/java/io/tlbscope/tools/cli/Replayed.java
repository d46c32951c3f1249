package io.tlbscope.tools.cli;

import io.tlbscope.core.run.Exploration;
import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.tools.explore.ReplayFile;
import io.tlbscope.tools.machine.GuestMachine;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** A run whose schedule is a replay file's. */
final class Replayed {
  private final Path file;
  private final ReplayFile replay;

  Replayed(Path file, ReplayFile replay) {
    this.file = file;
    this.replay = replay;
  }

  /** Another guest would take the schedule for something else. */
  void check(GuestFile guest) throws Problem {
    if (!guest.sha256().equals(replay.sha256())) {
      throw new Problem(
          ExitCode.INPUT,
          "%s is for another guest: it was found in %s with SHA-256 %s..., and %s has %s...; give that one with --guest"
              .formatted(
                  file,
                  replay.guest(),
                  start(replay.sha256()),
                  guest.name(),
                  start(guest.sha256())));
    }
  }

  private static String start(String sha256) {
    return sha256.substring(0, Math.min(sha256.length(), 12));
  }

  /** The words that make the run again. */
  List<String> command() {
    return List.of("./tlbscope", "replay", file.toString());
  }

  RunResult run(GuestMachine machine, Progress progress) {
    long began = 0;
    if (replay.marked()) {
      RunResult boot = machine.run(progress);
      if (boot.outcome() != Outcome.PAUSED) {
        return boot;
      }
      began = boot.instructions();
    }
    machine.explore(Exploration.fixed(replay.preemptions()), began + replay.maxInstructions());
    RunResult result = machine.run(progress);
    return result.outcome() == Outcome.PAUSED ? machine.run(progress) : result;
  }

  /** Says so if the run did not come to the finding. */
  void tell(RunResult result, PrintStream err) {
    if (result.ticks() != replay.ticks()) {
      err.printf(
          "tlbscope: the run ended after %,d ticks, and not after %,d where the finding was: was it stopped, or did gdb change"
              + " something?%n",
          result.ticks(), replay.ticks());
    }
  }
}
