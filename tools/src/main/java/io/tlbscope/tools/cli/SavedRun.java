package io.tlbscope.tools.cli;

import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.run.Snapshot;
import io.tlbscope.tools.machine.GuestMachine;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code --restore} and {@code --save} do before a run and on its way. */
final class SavedRun {
  private final RunOptions options;

  /** What the run goes on from, or null. */
  private final Snapshot from;

  private boolean saved;

  /** Why there is no file; the run goes on without. */
  private Problem failure;

  private SavedRun(RunOptions options, Snapshot from) {
    this.options = options;
    this.from = from;
  }

  /** Reads the file, if there is one; the seed is its own where none was given. */
  static SavedRun open(RunOptions options) throws Problem {
    Snapshot from = options.restore == null ? null : read(options.restore);
    if (from != null && !options.seedGiven) {
      options.seed = from.seed();
    }
    if (from != null && options.saveAt != null && options.saveAt < from.instructions()) {
      throw new Problem(
          ExitCode.USAGE,
          "--save-at "
              + options.saveAt
              + " is over: the machine was saved at instruction "
              + from.instructions()
              + "; give more");
    }
    return new SavedRun(options, from);
  }

  private static Snapshot read(Path file) throws Problem {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return Snapshot.read(in);
    } catch (IOException e) {
      throw new Problem(
          ExitCode.INPUT,
          "--restore "
              + file
              + " cannot be read ("
              + Outputs.cause(e)
              + "); give a file that --save wrote",
          e);
    } catch (MachineException e) {
      throw new Problem(ExitCode.INPUT, "--restore " + file + ": " + e.getMessage(), e);
    }
  }

  /** Instructions that were retired before this run. */
  long before() {
    return from == null ? 0 : from.instructions();
  }

  /** Makes the machine what it was. */
  void restore(GuestMachine machine) throws Problem {
    if (from == null) {
      return;
    }
    try {
      machine.restore(from);
    } catch (MachineException e) {
      ExitCode exit = e.getMessage().startsWith("--") ? ExitCode.USAGE : ExitCode.INPUT;
      throw new Problem(exit, "--restore " + options.restore + ": " + e.getMessage(), e);
    }
    if (options.seed != from.seed()) {
      machine.reseed(options.seed);
    }
  }

  /** Runs to the end, saving on the way. */
  RunResult run(GuestMachine machine, Progress progress) {
    RunResult result = machine.run(progress);
    if (result.outcome() != Outcome.PAUSED) {
      return result;
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(options.save))) {
      machine.snapshot().write(out);
      saved = true;
    } catch (IOException e) {
      failure =
          new Problem(
              ExitCode.OUTPUT,
              "--save "
                  + options.save
                  + " cannot be written ("
                  + Outputs.cause(e)
                  + "); choose another place",
              e);
    } catch (MachineException e) {
      failure = new Problem(ExitCode.INPUT, "--save " + options.save + ": " + e.getMessage(), e);
    }
    return machine.run(progress);
  }

  /** After the run: what became of the file that was asked for. */
  void finish() throws Problem {
    if (failure != null) {
      throw failure;
    }
    if (options.save != null && !saved) {
      throw new Problem(
          ExitCode.OUTPUT,
          "--save "
              + options.save
              + " is not written: the run ended before "
              + (options.saveAt == null
                  ? "the guest wrote the marker 0xE5 to port 0x80; give --save-at N to save at an instruction"
                  : "instruction " + options.saveAt + "; give a smaller --save-at"));
    }
  }
}
