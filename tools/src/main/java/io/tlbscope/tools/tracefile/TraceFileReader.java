package io.tlbscope.tools.tracefile;

import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceSink;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a trace file from its start to its end, once. */
public final class TraceFileReader implements Closeable {
  private final InputStream in;
  private final TraceHeader header;
  private TraceTrailer trailer = TraceTrailer.EMPTY;
  private long events;

  /** Opens the file and reads its header. */
  public TraceFileReader(Path file) throws IOException {
    this(Files.newInputStream(file));
  }

  /**
   * Reads the header; the stream is closed when this fails.
   *
   * @throws TraceFormatException when the stream is no trace or one of another version
   */
  public TraceFileReader(InputStream stream) throws IOException {
    in = new BufferedInputStream(stream, 1 << 16);
    try {
      magic();
      Block block = block();
      if (block.type() != TraceFormat.HEADER) {
        throw new TraceFormatException("the trace has no header");
      }
      header = TraceJson.header(block.payload());
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  public TraceHeader header() {
    return header;
  }

  /** What stands behind the events; known once {@link #readAll} is back. */
  public TraceTrailer trailer() {
    return trailer;
  }

  /**
   * Gives every event to the sink, in the order of the file.
   *
   * @return how many there were
   * @throws TraceFormatException when the file is damaged or ends early; the events before that
   *     were given
   */
  public long readAll(TraceSink sink) throws IOException {
    boolean trailed = false;
    while (true) {
      Block block = block();
      switch (block.type()) {
        case TraceFormat.EVENTS -> events(block.payload(), sink);
        case TraceFormat.TRAILER -> {
          trailer = TraceJson.trailer(block.payload());
          trailed = true;
        }
        case TraceFormat.END -> {
          end(block.payload(), trailed);
          return events;
        }
        default -> throw new TraceFormatException("block type " + block.type() + " is unknown");
      }
    }
  }

  private void events(byte[] payload, TraceSink sink) throws TraceFormatException {
    EventCodec codec = new EventCodec();
    ByteCursor cursor = new ByteCursor(payload);
    while (!cursor.atEnd()) {
      TraceEvent event = codec.decode(cursor);
      events++;
      sink.accept(event);
    }
  }

  private void end(byte[] payload, boolean trailed) throws IOException {
    long promised = new ByteCursor(payload).varint();
    if (promised != events || !trailed) {
      throw new TraceFormatException(
          "the trace says it has " + promised + " events, but " + events + " are there");
    }
    if (in.read() != -1) {
      throw new TraceFormatException("something follows the trace's end");
    }
  }

  private void magic() throws IOException {
    byte[] start = in.readNBytes(TraceFormat.MAGIC.length + 4);
    if (start.length == 0) {
      throw new TraceFormatException("the file is empty; 'run GUEST --trace FILE' makes a trace");
    }
    int known = Math.min(start.length, TraceFormat.MAGIC.length);
    if (!Arrays.equals(start, 0, known, TraceFormat.MAGIC, 0, known)) {
      throw new TraceFormatException(
          "this is not a tlbscope trace (its first bytes differ); 'run GUEST --trace FILE' makes one");
    }
    if (start.length < TraceFormat.MAGIC.length + 4) {
      throw cut();
    }
    int version = start[8] & 0xFF | (start[9] & 0xFF) << 8;
    if (version != TraceFormat.VERSION) {
      throw new TraceFormatException(
          "the trace has format version "
              + version
              + "; this tlbscope reads version "
              + TraceFormat.VERSION
              + ": use the tlbscope that wrote it, or make the trace again");
    }
  }

  private record Block(int type, byte[] payload) {}

  private Block block() throws IOException {
    int type = in.read();
    if (type < 0) {
      throw cut();
    }
    try {
      long length = length();
      if (length < 0 || length > TraceFormat.LONGEST_BLOCK) {
        throw new TraceFormatException(
            "a block's length is damaged: " + Long.toUnsignedString(length));
      }
      byte[] payload = in.readNBytes((int) length);
      byte[] crc = in.readNBytes(4);
      if (payload.length < length || crc.length < 4) {
        throw new EOFException();
      }
      int expected = crc[0] & 0xFF | (crc[1] & 0xFF) << 8 | (crc[2] & 0xFF) << 16 | crc[3] << 24;
      if (expected != TraceFileWriter.checksum(type, payload)) {
        throw new TraceFormatException("a block's checksum does not match: the file is damaged");
      }
      return new Block(type, payload);
    } catch (EOFException e) {
      throw cut();
    }
  }

  private long length() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    return -1;
  }

  private TraceFormatException cut() {
    return new TraceFormatException(
        "the trace ends early, after " + events + " events: it was cut off or its run did not end");
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
