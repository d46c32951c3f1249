package io.tlbscope.core.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes a small Multiboot ELF executable of 0x400 bytes, for tests to damage:
 *
 * <pre>
 *   0x000 ELF header   0x080 program headers (2)   0x100 code with the Multiboot header   0x200 data
 *   0x240 strings      0x280 symbols (5)           0x300 section headers (3)
 * </pre>
 */
final class ElfWriter {
  static final int CODE = 0x100,
      DATA = 0x200,
      STRINGS = 0x240,
      SYMBOLS = 0x280,
      SECTIONS = 0x300,
      SIZE = 0x400;
  static final int PROGRAM_HEADERS = 0x80;
  static final long CODE_PA = 0x100000, DATA_PA = 0x101000, ENTRY = CODE_PA + 0x10;

  private final boolean wide;
  private final ByteBuffer buffer = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

  private ElfWriter(boolean wide) {
    this.wide = wide;
  }

  static byte[] elf64() {
    return new ElfWriter(true).build(0);
  }

  static byte[] elf32() {
    return new ElfWriter(false).build(0);
  }

  /** Virtual addresses of the segments are {@code offset} above their physical ones. */
  static byte[] elf64Linked(long offset) {
    return new ElfWriter(true).build(offset);
  }

  private byte[] build(long virtualOffset) {
    buffer.put(new byte[] {0x7F, 'E', 'L', 'F', (byte) (wide ? 2 : 1), 1, 1});
    buffer.putShort(16, (short) 2).putShort(18, (short) (wide ? 62 : 3)).putInt(20, 1);
    word(24, 24, ENTRY + virtualOffset);
    word(32, 28, PROGRAM_HEADERS);
    word(40, 32, SECTIONS);
    int tail = wide ? 52 : 40;
    int[] values = {wide ? 64 : 52, wide ? 56 : 32, 2, wide ? 64 : 40, 3, 0};
    for (int value : values) {
      buffer.putShort(tail, (short) value);
      tail += 2;
    }
    programHeader(0, CODE, CODE_PA, virtualOffset, 0x100, 0x100);
    programHeader(1, DATA, DATA_PA, virtualOffset, 0x40, 0x2000);
    buffer.putInt(CODE, 0x1BADB002).putInt(CODE + 4, 3).putInt(CODE + 8, -(0x1BADB002 + 3));
    for (int n = 0x10; n < 0x100; n++) {
      buffer.put(CODE + n, (byte) 0x90);
    }
    Arrays.fill(buffer.array(), DATA, DATA + 0x40, (byte) 0xDA);
    byte[] names =
        "\0start\0table\0stride\0local\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.arraycopy(names, 0, buffer.array(), STRINGS, names.length);
    symbol(1, 1, ENTRY, 0x20, 0x12, 1);
    symbol(2, 7, DATA_PA, 0x40, 0x11, 2);
    symbol(3, 13, 0x1234, 0, 0x10, 0xFFF1);
    symbol(4, 20, DATA_PA + 0x100, 8, 0x01, 2);
    section(1, 2, SYMBOLS, 5 * (wide ? 24 : 16), 2);
    section(2, 3, STRINGS, names.length, 0);
    return buffer.array();
  }

  private void word(int at64, int at32, long value) {
    if (wide) {
      buffer.putLong(at64, value);
    } else {
      buffer.putInt(at32, (int) value);
    }
  }

  private void programHeader(
      int n, long offset, long pa, long virtualOffset, long fileSize, long memorySize) {
    int at = PROGRAM_HEADERS + n * (wide ? 56 : 32);
    buffer.putInt(at, 1);
    word(at + 8, at + 4, offset);
    word(at + 16, at + 8, pa + virtualOffset);
    word(at + 24, at + 12, pa);
    word(at + 32, at + 16, fileSize);
    word(at + 40, at + 20, memorySize);
  }

  private void symbol(int n, int name, long value, long size, int info, int section) {
    int at = SYMBOLS + n * (wide ? 24 : 16);
    buffer
        .putInt(at, name)
        .put(at + (wide ? 4 : 12), (byte) info)
        .putShort(at + (wide ? 6 : 14), (short) section);
    word(at + 8, at + 4, value);
    word(at + 16, at + 8, size);
  }

  private void section(int n, int type, long offset, long size, int link) {
    int at = SECTIONS + n * (wide ? 64 : 40);
    buffer.putInt(at + 4, type).putInt(at + (wide ? 40 : 24), link);
    word(at + 24, at + 16, offset);
    word(at + 32, at + 20, size);
  }
}
