package io.tlbscope.tools.cli;

import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.perfetto.PerfettoTrace;
import io.tlbscope.tools.report.HtmlReport;
import io.tlbscope.tools.tracefile.TraceFileWriter;
import io.tlbscope.tools.tracefile.TraceHeader;
import io.tlbscope.tools.tracefile.TraceTrailer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The trace of a run, and what is made from it afterwards. Report and Perfetto trace are made from
 * the trace's file, so they show what a later {@code tlbscope report} would; without {@code
 * --trace} the file is a temporary one.
 */
final class RunTrace implements AutoCloseable {
  private final RunOptions options;
  private final Path file;
  private final TraceFileWriter writer;
  private final GuardedSink guarded;
  private boolean complete;

  private RunTrace(RunOptions options, Path file, TraceFileWriter writer) {
    this.options = options;
    this.file = file;
    this.writer = writer;
    this.guarded = writer == null ? null : new GuardedSink(writer);
  }

  /** Opens the file if any output needs it. */
  static RunTrace open(RunOptions options, TraceHeader header) throws Problem {
    if (options.trace == null && options.report == null && options.perfetto == null) {
      return new RunTrace(options, null, null);
    }
    try {
      Path file = options.trace != null ? options.trace : Files.createTempFile("tlbscope", ".tlbt");
      return new RunTrace(options, file, new TraceFileWriter(Files.newOutputStream(file), header));
    } catch (IOException e) {
      throw new Problem(
          ExitCode.OUTPUT, "the trace cannot be written (" + Outputs.cause(e) + ")", e);
    }
  }

  TraceSink sink() {
    return guarded == null ? TraceSink.NONE : guarded;
  }

  void onFailure(Runnable stop) {
    if (guarded != null) {
      guarded.onFailure(e -> stop.run());
    }
  }

  /**
   * Ends the file; then {@link #writeReport} and {@link #writePerfetto} make the other outputs from
   * it.
   */
  void finish(
      List<Violation> violations, PluginContext.Symbols symbols, Map<String, Object> summary)
      throws Problem {
    if (writer == null) {
      return;
    }
    if (guarded.failure() != null) {
      throw failure("the trace " + file, guarded.failure().getCause());
    }
    Map<Long, String> named = new HashMap<>();
    for (long rip : writer.rips()) {
      String symbol = symbols.at(rip);
      if (!symbol.isEmpty()) {
        named.put(rip, symbol);
      }
    }
    try (writer) {
      writer.finish(new TraceTrailer(violations, named, summary));
    } catch (UncheckedIOException e) {
      throw failure("the trace " + file, e.getCause());
    }
    complete = true;
  }

  void writeReport() throws Problem {
    make(
        "--report",
        options.report,
        () -> HtmlReport.write(file, options.report, HtmlReport.DEFAULT_EVENTS));
  }

  void writePerfetto() throws Problem {
    make("--perfetto", options.perfetto, () -> PerfettoTrace.write(file, options.perfetto));
  }

  private interface Maker {
    void make() throws IOException;
  }

  private void make(String option, Path wanted, Maker maker) throws Problem {
    if (wanted == null) {
      return;
    }
    String what = option + " " + wanted;
    if (!complete) {
      throw new Problem(
          ExitCode.OUTPUT, what + " is not written: the trace it is made from could not be");
    }
    try {
      maker.make();
    } catch (IOException e) {
      throw failure(what, e);
    }
  }

  private static Problem failure(String what, IOException e) {
    return new Problem(
        ExitCode.OUTPUT,
        what + " cannot be written (" + Outputs.cause(e) + "); is the disk full?",
        e);
  }

  @Override
  public void close() {
    if (writer == null) {
      return;
    }
    try {
      writer.close();
    } catch (UncheckedIOException e) {
      // Told already by finish, or the run failed before it.
    }
    if (options.trace == null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // A left-over in the temporary folder harms nobody.
      }
    }
  }
}
