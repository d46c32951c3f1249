package io.tlbscope.tools.cli;

import io.tlbscope.tools.perfetto.PerfettoTrace;
import io.tlbscope.tools.report.HtmlReport;
import io.tlbscope.tools.tracefile.JsonLines;
import io.tlbscope.tools.tracefile.TraceFileReader;
import io.tlbscope.tools.tracefile.TraceFormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
    name = "report",
    description = "Make the HTML report, a Perfetto trace or JSON lines from a trace file.")
final class ReportCommand extends Command {
  @Parameters(paramLabel = "TRACE", description = "a file that 'run --trace' wrote")
  private Path trace;

  @Option(
      names = {"-o", "--output", "--report"},
      paramLabel = "FILE.html",
      description = "the HTML report (default tlbscope-report.html)")
  private Path report;

  @Option(names = "--perfetto", paramLabel = "FILE", description = "a trace for ui.perfetto.dev")
  private Path perfetto;

  @Option(
      names = "--jsonl",
      paramLabel = "FILE|-",
      description = "one JSON object an event, one a line")
  private String jsonLines;

  @Option(
      names = "--max-events",
      paramLabel = "N",
      description = "events in the HTML report (default ${DEFAULT-VALUE})")
  private int maxEvents = HtmlReport.DEFAULT_EVENTS;

  ReportCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws Problem {
    if (maxEvents < 1) {
      throw new Problem(
          ExitCode.USAGE, "--max-events " + maxEvents + " leaves nothing to show; give 1 or more");
    }
    if (report == null && perfetto == null && jsonLines == null) {
      report = Path.of("tlbscope-report.html");
    }
    if (!Files.isRegularFile(trace)) {
      throw new Problem(
          ExitCode.INPUT,
          "there is no trace " + trace + "; make one with 'tlbscope run GUEST --trace FILE'");
    }
    Outputs outputs = new Outputs();
    outputs.check("the trace", null);
    outputs.check("-o", report);
    outputs.check("--perfetto", perfetto);
    Path lines = jsonLines == null || jsonLines.equals("-") ? null : Path.of(jsonLines);
    outputs.check("--jsonl", lines);
    try {
      make(lines);
    } catch (TraceFormatException e) {
      throw new Problem(ExitCode.INPUT, trace + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new Problem(
          ExitCode.OUTPUT,
          "the output cannot be written (" + Outputs.cause(e) + "); is the disk full?",
          e);
    } catch (UncheckedIOException e) {
      throw new Problem(
          ExitCode.OUTPUT,
          "the output cannot be written (" + Outputs.cause(e.getCause()) + "); is the disk full?",
          e);
    }
    return 0;
  }

  private void make(Path lines) throws IOException {
    if (report != null) {
      String damage = HtmlReport.write(trace, report, maxEvents);
      if (!damage.isEmpty()) {
        context()
            .terminal()
            .err()
            .println("tlbscope: " + trace + ": " + damage + " The report shows what is there.");
      }
      print("report: " + report.toAbsolutePath().normalize());
    }
    if (perfetto != null) {
      PerfettoTrace.write(trace, perfetto);
      print(
          "Perfetto trace: "
              + perfetto.toAbsolutePath().normalize()
              + " (open it at https://ui.perfetto.dev)");
    }
    if (jsonLines != null) {
      try (TraceFileReader reader = new TraceFileReader(trace);
          OutputStream out =
              lines == null
                  ? new Unclosed(context().terminal().out())
                  : Files.newOutputStream(lines);
          JsonLines sink = new JsonLines(out)) {
        reader.readAll(sink);
      }
    }
  }

  /** Standard output, which stays open. */
  private static final class Unclosed extends java.io.FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
