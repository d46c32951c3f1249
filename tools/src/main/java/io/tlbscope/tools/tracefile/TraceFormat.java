package io.tlbscope.tools.tracefile;

/**
 * The trace file's outer frame.
 *
 * <pre>
 *   offset 0    8 bytes   89 54 4C 42 54 0D 0A 1A
 *          8    u16 LE    version of the format
 *         10    u16 LE    0
 *         12    blocks:   type (1 byte), payload length (varint), payload, CRC-32C of type and payload (u32 LE)
 * </pre>
 */
final class TraceFormat {
  /**
   * First byte not ASCII, then "TLBT", then line ends that a transfer in text mode would change.
   */
  static final byte[] MAGIC = {(byte) 0x89, 'T', 'L', 'B', 'T', '\r', '\n', 0x1A};

  /** Raised when a reader of the version before would misread the file. */
  static final int VERSION = 1;

  /** JSON object: {@link TraceHeader}. First block, once. */
  static final int HEADER = 'H';

  /** Events, see {@link EventCodec}. */
  static final int EVENTS = 'E';

  /** JSON object: {@link TraceTrailer}. After the events, once. */
  static final int TRAILER = 'S';

  /** Varint: number of events in the file. Last block, once. */
  static final int END = 'Z';

  /** No block is longer; protects the reader from a damaged length. */
  static final int LONGEST_BLOCK = 1 << 28;

  private TraceFormat() {}
}
