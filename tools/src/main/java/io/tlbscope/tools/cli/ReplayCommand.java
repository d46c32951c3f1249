package io.tlbscope.tools.cli;

import io.tlbscope.tools.explore.ReplayFile;
import io.tlbscope.tools.explore.ReplayFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "replay",
    description =
        "Run a finding of 'explore' again, bit for bit, with all outputs that 'run' has. Ends as 'run' does.")
final class ReplayCommand extends Command {
  @Parameters(paramLabel = "FILE", description = "a replay file, written by 'explore'")
  private Path file;

  @Option(
      names = "--guest",
      paramLabel = "GUEST",
      description = "where the guest is now, if not where the file says")
  private String guest;

  @Mixin private final RunOptions options = new RunOptions();

  ReplayCommand(Context context) {
    super(context);
  }

  @Override
  void shape(CommandLine.Model.CommandSpec whole) {
    leaveOut(whole, ExploreCommand.MACHINE_OPTIONS.toArray(String[]::new));
    leaveOut(whole, ExploreCommand.SCHEDULE_OPTIONS.toArray(String[]::new));
    leaveOut(whole, ExploreCommand.SNAPSHOT_OPTIONS.toArray(String[]::new));
  }

  @Override
  public Integer call() throws Problem {
    ReplayFile replay = read();
    RunOptions machine = machine(replay);
    machine.trace = options.trace;
    machine.perfetto = options.perfetto;
    machine.report = options.report;
    machine.json = options.json;
    machine.timeout = options.timeout;
    machine.stats = options.stats;
    machine.gdb = options.gdb;
    machine.complete(1, List.of());
    return new Launch(
            context().machines(), context().terminal(), machine, new Replayed(file, replay))
        .run(guest == null ? replay.guest() : guest);
  }

  private ReplayFile read() throws Problem {
    if (!Files.isRegularFile(file)) {
      throw new Problem(
          ExitCode.INPUT, "there is no replay file " + file + "; give one that 'explore' wrote");
    }
    try {
      return ReplayFile.read(file, Version.text());
    } catch (ReplayFileException e) {
      throw new Problem(ExitCode.INPUT, e.getMessage(), e);
    } catch (IOException e) {
      throw new Problem(
          ExitCode.INPUT,
          "the replay file " + file + " cannot be read (" + Outputs.cause(e) + ")",
          e);
    }
  }

  private RunOptions machine(ReplayFile replay) throws Problem {
    RunOptions machine = new RunOptions();
    try {
      new CommandLine(machine).parseArgs(replay.options().toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new Problem(
          ExitCode.INPUT,
          "the replay file "
              + file
              + " has an option that this tlbscope does not: "
              + e.getMessage(),
          e);
    }
    return machine;
  }
}
