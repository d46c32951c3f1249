package io.tlbscope.tools.cli;

import io.tlbscope.tools.bench.BenchFiles;
import io.tlbscope.tools.bench.BenchResult;
import io.tlbscope.tools.bench.Benchmarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(
    name = "bench",
    description =
        "Measure tlbscope beside other emulators and the bare processor: same guests, one run after the other, interleaved. "
            + "All of it takes about half an hour; --quick takes a few minutes.")
final class BenchCommand extends Command {
  private static final int RUNS = 5;
  private static final int MOST_RUNS = 1000;
  private static final String NONE = "none";

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "measures or groups, as --list shows them (default: all)")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "processes for each measure and peer; medians are over these (default 5)")
  private Integer runs;

  @Option(
      names = "--peers",
      paramLabel = "NAME",
      split = ",",
      description =
          "compare with: native, qemu, bochs; 'none' for tlbscope alone (default: all). One that is not installed is skipped")
  private List<String> peers = Benchmarks.PEERS;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "tlbscope's engine, as for 'run' (default: run's default)")
  private String engine = "";

  @Option(names = "--quick", description = "small samples, one run: a look, not a figure")
  private boolean quick;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write all figures as JSON, after each run of all measures")
  private Path json;

  @Option(
      names = "--chart",
      paramLabel = "FILE.svg|.html",
      description = "draw the kernels as SVG, or write a page with all charts and tables")
  private Path chart;

  @Option(
      names = "--readme",
      paramLabel = "FILE.md",
      description = "rewrite the part between <!-- bench --> and <!-- /bench -->")
  private Path readme;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description = "measure nothing: take the figures from a file that --json wrote")
  private Path from;

  @Option(names = "--list", description = "show what can be measured")
  private boolean list;

  BenchCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws Problem {
    if (list) {
      Benchmarks.list().forEach(this::print);
      return ExitCode.OK.code();
    }
    check();
    BenchResult result = from == null ? measure() : read();
    BenchFiles.text(result).forEach(this::print);
    if (json != null) {
      write("--json", json, BenchFiles.json(result));
    }
    if (readme != null) {
      write("--readme", readme, page(result));
    }
    if (chart != null) {
      draw(result);
    }
    if (!result.disagreements().isEmpty()) {
      throw new Problem(
          ExitCode.EMULATOR,
          "machines computed different things: " + String.join("; ", result.disagreements()));
    }
    return ExitCode.OK.code();
  }

  /** Finds what is wrong before the first process. */
  private void check() throws Problem {
    if (runs != null && (runs < 1 || runs > MOST_RUNS)) {
      throw new Problem(ExitCode.USAGE, "--runs " + runs + " is out of range; give 1 to 1000");
    }
    Optional<String> unknown = Benchmarks.unknown(request());
    if (unknown.isPresent()) {
      throw new Problem(ExitCode.USAGE, unknown.get());
    }
    Outputs outputs = new Outputs();
    outputs.check("--json", json);
    outputs.check("--chart", chart);
    outputs.check("--readme", readme);
    if (readme != null && !BenchFiles.hasMarkers(text(readme))) {
      throw new Problem(
          ExitCode.INPUT,
          "--readme "
              + readme
              + " has no place for the figures; put the lines <!-- bench --> and <!-- /bench --> into it, once each");
    }
  }

  private Benchmarks.Request request() {
    List<String> asked = peers.equals(List.of(NONE)) ? List.of() : peers;
    int times = runs != null ? runs : quick ? 1 : RUNS;
    return new Benchmarks.Request(only, asked, times, quick, engine, Version.text(), words());
  }

  /** The words that measure the same again, outputs left out. */
  private String words() {
    List<String> words = new ArrayList<>(List.of("./tlbscope", "bench"));
    if (!only.isEmpty()) {
      words.addAll(List.of("--only", String.join(",", only)));
    }
    if (!peers.equals(Benchmarks.PEERS)) {
      words.addAll(List.of("--peers", String.join(",", peers)));
    }
    if (runs != null) {
      words.addAll(List.of("--runs", Integer.toString(runs)));
    }
    if (!engine.isEmpty()) {
      words.addAll(List.of("--engine", engine));
    }
    if (quick) {
      words.add("--quick");
    }
    return String.join(" ", words);
  }

  private BenchResult measure() throws Problem {
    BenchResult result;
    try {
      result = Benchmarks.measure(request(), new BenchProgress(context().terminal(), this::keep));
    } catch (IOException e) {
      throw new Problem(
          ExitCode.OUTPUT, "a measure could not be taken (" + Outputs.cause(e) + ")", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem(ExitCode.INTERRUPTED, "interrupted", e);
    }
    context().terminal().clear();
    return result;
  }

  /** After each run, so that an interrupted command leaves the figures of whole runs. */
  private void keep(BenchResult soFar) {
    try {
      if (json != null) {
        Files.writeString(json, BenchFiles.json(soFar));
      }
    } catch (IOException e) {
      // The same file is written at the end, which tells of the failure.
    }
  }

  private BenchResult read() throws Problem {
    try {
      return BenchFiles.read(from);
    } catch (IOException e) {
      throw new Problem(
          ExitCode.INPUT,
          "--from "
              + from
              + " cannot be used ("
              + Outputs.cause(e).lines().findFirst().orElse("")
              + "); give a file that 'tlbscope bench --json' wrote",
          e);
    }
  }

  private String page(BenchResult result) throws Problem {
    return BenchFiles.readme(result, text(readme))
        .orElseThrow(
            () -> new Problem(ExitCode.INPUT, "--readme " + readme + " has lost its markers"));
  }

  private static String text(Path file) throws Problem {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new Problem(
          ExitCode.INPUT, "--readme " + file + " cannot be read (" + Outputs.cause(e) + ")", e);
    }
  }

  private void draw(BenchResult result) throws Problem {
    Optional<String> drawing;
    try {
      drawing = BenchFiles.chart(result, chart);
    } catch (IOException e) {
      throw new Problem(ExitCode.OUTPUT, "--chart: " + e.getMessage(), e);
    }
    if (drawing.isEmpty()) {
      throw new Problem(
          ExitCode.INPUT, "--chart: there is nothing to compare; measure kernels on two peers");
    }
    write("--chart", chart, drawing.get());
  }

  private void write(String option, Path file, String text) throws Problem {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new Problem(
          ExitCode.OUTPUT,
          option + " " + file + " cannot be written (" + Outputs.cause(e) + ")",
          e);
    }
    print(option.substring(2) + ": " + file.toAbsolutePath().normalize());
  }
}
