package io.tlbscope.tools.tracefile;

import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceSink;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Writes a trace file. The same events, header and trailer give the same bytes. One thread.
 *
 * <p>A failing disk shows as {@link UncheckedIOException} from {@link #accept}, {@link #finish} or
 * {@link #close}.
 */
public final class TraceFileWriter implements TraceSink {
  /**
   * Bytes of events after which a block is closed: what a reader loses at most when the file is
   * cut.
   */
  private static final int BLOCK = 1 << 16;

  private final OutputStream out;
  private final ByteBuilder block = new ByteBuilder();
  private final Set<Long> rips = new HashSet<>();
  private EventCodec codec = new EventCodec();
  private long events;
  private long lastRip;
  private boolean finished;

  /** Takes the stream over: {@link #close} closes it. */
  public TraceFileWriter(OutputStream stream, TraceHeader header) throws IOException {
    out = new BufferedOutputStream(stream, 1 << 16);
    out.write(TraceFormat.MAGIC);
    out.write(new byte[] {(byte) TraceFormat.VERSION, (byte) (TraceFormat.VERSION >> 8), 0, 0});
    write(TraceFormat.HEADER, TraceJson.bytes(header));
  }

  @Override
  public void accept(TraceEvent event) {
    codec.encode(event, block);
    events++;
    if (event.rip() != lastRip) {
      lastRip = event.rip();
      rips.add(lastRip);
    }
    if (block.length() >= BLOCK) {
      flushBlock();
    }
  }

  /** Instruction pointers of all events so far: those whose symbols belong into the trailer. */
  public Set<Long> rips() {
    return rips;
  }

  /** Events so far. */
  public long events() {
    return events;
  }

  /** Writes the trailer and the end mark; no event may follow. */
  public void finish(TraceTrailer trailer) {
    flushBlock();
    try {
      write(TraceFormat.TRAILER, TraceJson.bytes(trailer));
      ByteBuilder end = new ByteBuilder();
      end.varint(events);
      write(TraceFormat.END, end.take());
      finished = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the file; without {@link #finish} it lacks its trailer and reads as cut off. */
  @Override
  public void close() {
    try (out) {
      if (!finished) {
        flushBlock();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void flushBlock() {
    if (block.length() == 0) {
      return;
    }
    try {
      write(TraceFormat.EVENTS, block.take());
      codec = new EventCodec();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(int type, byte[] payload) throws IOException {
    ByteBuilder head = new ByteBuilder();
    head.u8(type);
    head.varint(payload.length);
    out.write(head.take());
    out.write(payload);
    int crc = checksum(type, payload);
    out.write(new byte[] {(byte) crc, (byte) (crc >> 8), (byte) (crc >> 16), (byte) (crc >> 24)});
  }

  static int checksum(int type, byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(type);
    crc.update(payload);
    return (int) crc.getValue();
  }
}
