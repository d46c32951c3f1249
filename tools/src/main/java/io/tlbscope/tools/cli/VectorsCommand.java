package io.tlbscope.tools.cli;

import io.tlbscope.tools.vectors.Coverage;
import io.tlbscope.tools.vectors.VectorJobs;
import io.tlbscope.tools.vectors.VectorRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(
    name = "vectors",
    description =
        "Run random instructions in random states on the host's processor and in the core, and compare registers, flags, "
            + "memory and faults. Ends with 14 if any differ.")
final class VectorsCommand extends Command {
  private static final double NANOS = 1e9;

  @Option(names = "--count", paramLabel = "N", description = "vectors to run (default 100000)")
  private long count = 100_000;

  @Option(names = "--seed", paramLabel = "N", description = "which vectors (default 1)")
  private long seed = 1;

  @Option(
      names = "--index",
      paramLabel = "N",
      description = "the first vector's number in its seed (default 0): to run one again")
  private long index;

  @Option(
      names = "--only",
      paramLabel = "NAME[,NAME...]",
      split = ",",
      description =
          "mnemonics, * for any letters, in place of all; undefined encodings are left out")
  private List<String> only = new ArrayList<>();

  @Option(names = "--jobs", paramLabel = "N", description = "jobs at the same time (default 1)")
  private int jobs = 1;

  @Option(names = "--show", paramLabel = "N", description = "mismatches to describe (default 10)")
  private int show = 10;

  @Option(names = "--json", description = "print the result as one JSON object")
  private boolean json;

  @Option(
      names = "--table",
      description = "print which opcode forms there are and how each is verified, and run none")
  private boolean table;

  VectorsCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws Problem {
    if (table) {
      print(Coverage.page().stripTrailing());
      return ExitCode.OK.code();
    }
    if (count < 1 || jobs < 1 || index < 0 || show < 0) {
      throw new Problem(
          ExitCode.USAGE, "--count and --jobs want 1 or more, --index and --show 0 or more");
    }
    var absent = VectorJobs.absent();
    if (absent.isPresent()) {
      throw new Problem(ExitCode.USAGE, "vectors cannot be run: " + absent.get());
    }
    VectorRun run = new VectorRun(seed, only, show);
    if (run.forms() == 0) {
      throw new Problem(
          ExitCode.USAGE, "--only " + String.join(",", only) + " names no instruction");
    }
    long start = System.nanoTime();
    try {
      VectorRun.Result result =
          VectorJobs.run(
              run,
              index,
              index + count,
              jobs,
              done -> context().terminal().progress(() -> "%,d vectors".formatted(done)));
      context().terminal().clear();
      double seconds = (System.nanoTime() - start) / NANOS;
      print(json ? VectorsText.json(seed, index, result) : text(run, result, seconds));
      return (result.mismatched() == 0 ? ExitCode.OK : ExitCode.EMULATOR).code();
    } catch (IOException e) {
      throw new Problem(ExitCode.OUTPUT, "vectors cannot be run: " + Outputs.cause(e), e);
    }
  }

  private String text(VectorRun run, VectorRun.Result result, double seconds) {
    StringBuilder text = new StringBuilder();
    VectorsText.mismatches(text, seed, only, result);
    text.append(
        "%,d vectors of %,d forms from seed %d, index %d on, in %.1f s (%,.0f a second) on %s: %s"
            .formatted(
                result.vectors(),
                run.forms(),
                seed,
                index,
                seconds,
                result.vectors() / seconds,
                VectorJobs.processor(),
                result.mismatched() == 0
                    ? "all agree"
                    : "%,d differ".formatted(result.mismatched())));
    return text.toString();
  }
}
