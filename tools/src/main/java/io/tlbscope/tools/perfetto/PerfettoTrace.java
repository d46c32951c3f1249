package io.tlbscope.tools.perfetto;

import io.tlbscope.tools.tracefile.TraceFileReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes a Perfetto trace from a trace file. */
public final class PerfettoTrace {
  private PerfettoTrace() {}

  /** Reads the whole trace; the packets are written as its events come. */
  public static void write(Path trace, Path output) throws IOException {
    try (TraceFileReader reader = new TraceFileReader(trace);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(output), 1 << 16)) {
      TrackSink sink = new TrackSink(new PacketWriter(out), reader.header());
      reader.readAll(sink);
      sink.finish();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
