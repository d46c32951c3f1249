package io.tlbscope.tools.cli;

import io.tlbscope.core.run.MachineBuilder;
import io.tlbscope.tools.hostile.HostileGuest;
import io.tlbscope.tools.hostile.HostileKind;
import io.tlbscope.tools.hostile.HostileRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(
    name = "fuzz",
    description =
        "Run guests that mean harm: random bytes, descriptor tables, device registers. Ends with 14"
            + " at the first that shows a bug of the emulator: an exception, a hang, more"
            + " instructions than it was given.")
final class FuzzCommand extends Command {
  private static final String LEAF = "guest.bin";

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "the first guest's seed; the next ones follow (default 1)")
  private long seed = 1;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "guests to run of each mode (default 1000)")
  private long count = 1000;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "16, 32 or 64: what code the guests begin in; device: well-formed code that programs"
              + " devices, APICs and MSRs with random values (default: all of them)")
  private String mode;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "translate, interpret (default) or check")
  private String engine = "interpret";

  @Option(names = "--memory-order", paramLabel = "NAME", description = "sc (default) or tso")
  private String memoryOrder = "sc";

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "leave the last guest's image there, as guest.bin")
  private Path keep;

  FuzzCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws Problem {
    List<HostileKind> kinds = mode == null ? List.of(HostileKind.values()) : List.of(kind());
    check(count > 0, "--count " + count + " leaves nothing to run; give 1 or more");
    check(
        MachineBuilder.ENGINES.contains(engine),
        "--engine "
            + engine
            + " is unknown; give one of "
            + String.join(", ", MachineBuilder.ENGINES));
    check(
        MachineBuilder.MEMORY_ORDERS.contains(memoryOrder),
        "--memory-order " + memoryOrder + " is unknown; give sc or tso");
    check(
        memoryOrder.equals("sc") || engine.equals("interpret"),
        "--memory-order tso cannot be had with --engine " + engine + "; give interpret");
    try {
      Path folder = keep == null ? Files.createTempDirectory("tlbscope-fuzz") : keep;
      Files.createDirectories(folder);
      try (HostileRun run =
          new HostileRun(context().machines(), folder.resolve(LEAF), engine, memoryOrder)) {
        return run(run, kinds);
      } finally {
        if (keep == null) {
          Files.deleteIfExists(folder.resolve(LEAF));
          Files.delete(folder);
        }
      }
    } catch (IOException e) {
      throw new Problem(ExitCode.OUTPUT, "a guest cannot be written (" + Outputs.cause(e) + ")", e);
    }
  }

  private HostileKind kind() throws Problem {
    HostileKind kind = HostileKind.of(mode);
    List<String> words = Arrays.stream(HostileKind.values()).map(HostileKind::word).toList();
    check(kind != null, "--mode " + mode + " is unknown; give one of " + String.join(", ", words));
    return kind;
  }

  private static void check(boolean holds, String message) throws Problem {
    if (!holds) {
      throw new Problem(ExitCode.USAGE, message);
    }
  }

  private int run(HostileRun run, List<HostileKind> kinds) throws IOException {
    long done = 0;
    for (HostileKind kind : kinds) {
      for (long guest = seed; guest < seed + count; guest++) {
        Optional<String> wrong = run.check(kind, guest);
        if (wrong.isPresent()) {
          context().terminal().clear();
          print("mode %s, seed %d: %s".formatted(kind.word(), guest, wrong.get()));
          print(
              "to run it again: ./tlbscope fuzz --mode %s --seed %d --count 1 --engine %s --memory-order %s --keep DIR"
                  .formatted(kind.word(), guest, engine, memoryOrder));
          return ExitCode.EMULATOR.code();
        }
        done++;
        long guests = done;
        context().terminal().progress(() -> guests + " guests stood");
      }
    }
    context().terminal().clear();
    print(
        "%,d guests of at most %,d instructions and %,d bytes: each ended in an outcome"
            .formatted(done, HostileRun.MOST_INSTRUCTIONS, HostileGuest.SIZE));
    return ExitCode.OK.code();
  }
}
