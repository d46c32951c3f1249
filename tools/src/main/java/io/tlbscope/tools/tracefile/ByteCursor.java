package io.tlbscope.tools.tracefile;

/** Reads what {@link ByteBuilder} wrote. */
final class ByteCursor {
  private final byte[] bytes;
  private int at;

  ByteCursor(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean atEnd() {
    return at == bytes.length;
  }

  int u8() throws TraceFormatException {
    if (at == bytes.length) {
      throw new TraceFormatException("a block ends inside a record");
    }
    return bytes[at++] & 0xFF;
  }

  long varint() throws TraceFormatException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new TraceFormatException("a number has more than ten bytes");
  }

  long zigzag() throws TraceFormatException {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }
}
