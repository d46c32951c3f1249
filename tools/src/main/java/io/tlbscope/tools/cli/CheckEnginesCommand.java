package io.tlbscope.tools.cli;

import io.tlbscope.core.run.MachineBuilder;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.tools.enginecheck.EngineComparison;
import io.tlbscope.tools.enginecheck.EngineRunner;
import io.tlbscope.tools.randomprogram.Listing;
import io.tlbscope.tools.randomprogram.RandomProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(
    name = "check-engines",
    description =
        "Run random programs under two engines and compare all that can be seen: how they end, registers and RAM, retired "
            + "instructions, trace. Ends with 14 at the first difference.")
final class CheckEnginesCommand extends Command {
  private static final int ENGINES = 2;
  private static final long NANOS_A_MINUTE = 60_000_000_000L;
  private static final long DEFAULT_COUNT = 100;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "the first program's seed; the next ones follow (default 1)")
  private long seed = 1;

  @Option(names = "--count", paramLabel = "N", description = "programs to run (default 100)")
  private Long count;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "run programs for so long instead, fractions allowed")
  private Double minutes;

  @Option(
      names = "--engines",
      paramLabel = "A,B",
      split = ",",
      description =
          "the engines to compare (default interpret,translate): interpret, translate, check")
  private List<String> engines = new ArrayList<>(List.of("interpret", "translate"));

  @Option(
      names = "--plugin",
      paramLabel = "NAME[,KEY=VALUE...]",
      description =
          "load a plugin into every machine; repeatable. What it traces is compared too: with pmap every TLB event")
  private List<String> plugins = new ArrayList<>();

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "write each program's image and listing there")
  private Path keep;

  CheckEnginesCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws Problem {
    check();
    EngineComparison comparison =
        new EngineComparison(
            new EngineRunner(context().machines(), plugins), engines.get(0), engines.get(1));
    try {
      Path folder = keep == null ? Files.createTempDirectory("tlbscope-programs") : keep;
      Files.createDirectories(folder);
      try {
        return run(comparison, folder);
      } finally {
        if (keep == null) {
          Files.delete(folder);
        }
      }
    } catch (IOException e) {
      throw new Problem(
          ExitCode.OUTPUT, "a program cannot be written (" + Outputs.cause(e) + ")", e);
    }
  }

  private void check() throws Problem {
    if (engines.size() != ENGINES || !MachineBuilder.ENGINES.containsAll(engines)) {
      throw new Problem(
          ExitCode.USAGE,
          "--engines "
              + String.join(",", engines)
              + " is not two engines; give two of "
              + String.join(", ", MachineBuilder.ENGINES));
    }
    if (count != null && count < 1 || minutes != null && minutes <= 0) {
      throw new Problem(ExitCode.USAGE, "--count and --minutes want something above 0");
    }
  }

  private int run(EngineComparison comparison, Path folder) throws Problem, IOException {
    long start = System.nanoTime();
    long done = 0;
    long instructions = 0;
    while (wantsMore(done, start)) {
      EngineComparison.Verdict verdict = check(comparison, folder, seed + done);
      if (verdict.difference().isPresent()) {
        context().terminal().clear();
        print("seed " + (seed + done) + ": " + verdict.difference().get());
        print(
            "to run it again: ./tlbscope check-engines --seed %d --count 1 --engines %s --keep DIR"
                .formatted(seed + done, String.join(",", engines)));
        return ExitCode.EMULATOR.code();
      }
      done++;
      instructions += verdict.instructions();
      long programs = done;
      context().terminal().progress(() -> programs + " programs agree");
    }
    context().terminal().clear();
    print(
        "%,d programs from seed %d on, %,d instructions: %s and %s agree"
            .formatted(done, seed, instructions, engines.get(0), engines.get(1)));
    return ExitCode.OK.code();
  }

  private boolean wantsMore(long done, long start) {
    if (minutes != null && System.nanoTime() - start >= minutes * NANOS_A_MINUTE) {
      return false;
    }
    return done < (count != null ? count : minutes != null ? Long.MAX_VALUE : DEFAULT_COUNT);
  }

  private EngineComparison.Verdict check(EngineComparison comparison, Path folder, long programSeed)
      throws Problem, IOException {
    RandomProgram program = RandomProgram.of(programSeed);
    Path file = folder.resolve("seed-" + programSeed + ".bin");
    Files.write(file, program.image());
    try {
      if (keep != null) {
        Files.writeString(folder.resolve("seed-" + programSeed + ".lst"), Listing.of(program));
      }
      return comparison.check(program, file);
    } catch (MachineException e) {
      throw new Problem(ExitCode.USAGE, e.getMessage(), e);
    } finally {
      if (keep == null) {
        Files.delete(file);
      }
    }
  }
}
