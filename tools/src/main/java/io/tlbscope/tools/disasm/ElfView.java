package io.tlbscope.tools.disasm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Sections with code and function symbols of a little-endian ELF32 or ELF64 file. */
public final class ElfView {
  private static final int SHT_SYMTAB = 2;
  private static final int SHT_NOBITS = 8;
  private static final int SHF_EXECINSTR = 4;
  private static final int LONGEST_NAME = 512;

  /**
   * A section with code.
   *
   * @param va address of its first byte
   */
  public record Code(String name, long va, byte[] bytes) {}

  /** A named address; size 0 when the file does not say. */
  public record Symbol(String name, long va, long size) {}

  private record Section(
      int name, int type, long flags, long va, long offset, long size, int link, long entrySize) {}

  private final ByteBuffer file;
  private final boolean wide;
  private final List<Section> sections = new ArrayList<>();
  private final List<Code> code = new ArrayList<>();
  private final List<Symbol> symbols = new ArrayList<>();

  /**
   * Reads the file's tables.
   *
   * @throws IllegalArgumentException in one line when it is no ELF file of ours or a table is
   *     damaged
   */
  public ElfView(byte[] bytes) {
    file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 52 || file.getInt(0) != 0x464C457F) {
      throw new IllegalArgumentException("it is no ELF file");
    }
    wide = bytes[4] == 2;
    if (bytes[5] != 1 || bytes[4] != 1 && !wide) {
      throw new IllegalArgumentException("it is no little-endian ELF32 or ELF64 file");
    }
    try {
      readSections();
      sections.forEach(this::readCode);
      sections.stream().filter(section -> section.type == SHT_SYMTAB).forEach(this::readSymbols);
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new IllegalArgumentException("its tables point outside the file");
    }
    symbols.sort(
        Comparator.comparing(Symbol::va, Long::compareUnsigned).thenComparing(Symbol::name));
  }

  private long word(long at) {
    int place = Math.toIntExact(at);
    return wide ? file.getLong(place) : Integer.toUnsignedLong(file.getInt(place));
  }

  private void readSections() {
    long table = word(wide ? 40 : 32);
    int size = Short.toUnsignedInt(file.getShort(wide ? 58 : 46));
    int count = Short.toUnsignedInt(file.getShort(wide ? 60 : 48));
    for (int n = 0; n < count; n++) {
      int at = Math.toIntExact(Math.addExact(table, (long) n * size));
      int step = wide ? 8 : 4;
      int link = at + 8 + 4 * step;
      sections.add(
          new Section(
              file.getInt(at),
              file.getInt(at + 4),
              word(at + 8),
              word(at + 8L + step),
              word(at + 8L + 2L * step),
              word(at + 8L + 3L * step),
              file.getInt(link),
              word(link + 8L + step)));
    }
  }

  private String text(int table, int offset) {
    long at =
        table < 0 || table >= sections.size()
            ? -1
            : sections.get(table).offset + Integer.toUnsignedLong(offset);
    StringBuilder text = new StringBuilder();
    while (at >= 0
        && at < file.limit()
        && file.get((int) at) != 0
        && text.length() < LONGEST_NAME) {
      text.append((char) (file.get((int) at++) & 0xFF));
    }
    return new String(
        text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private void readCode(Section section) {
    if ((section.flags & SHF_EXECINSTR) == 0 || section.type == SHT_NOBITS) {
      return;
    }
    byte[] bytes = new byte[Math.toIntExact(Math.min(section.size, file.limit()))];
    file.get(Math.toIntExact(section.offset), bytes);
    int names = Short.toUnsignedInt(file.getShort(wide ? 62 : 50));
    code.add(new Code(text(names, section.name), section.va, bytes));
  }

  private void readSymbols(Section table) {
    int entry = wide ? 24 : 16;
    long count = Math.min(table.size, file.limit()) / entry;
    for (long n = 1; n < count; n++) {
      int at = Math.toIntExact(table.offset + n * entry);
      String name = text(table.link, file.getInt(at));
      long va = word(wide ? at + 8L : at + 4L);
      long size = word(wide ? at + 16L : at + 8L);
      int section = Short.toUnsignedInt(file.getShort(wide ? at + 6 : at + 14));
      boolean named = !name.isEmpty() && section != 0 && section < 0xFF00;
      if (named && (file.get(wide ? at + 4 : at + 12) & 0xF) <= 2) {
        symbols.add(new Symbol(name, va, size));
      }
    }
  }

  /** In the file's order. */
  public List<Code> code() {
    return code;
  }

  /** The section with code at the address. */
  public Optional<Code> codeAt(long va) {
    return code.stream()
        .filter(each -> va - each.va >= 0 && va - each.va < each.bytes.length)
        .findFirst();
  }

  public Optional<Symbol> symbol(String name) {
    return symbols.stream().filter(symbol -> symbol.name.equals(name)).findFirst();
  }

  /** Sorted by address. */
  public List<Symbol> symbols() {
    return symbols;
  }

  /** Nearest symbol at or below the address as {@code name+0x12}; empty when there is none. */
  public String at(long va) {
    Symbol best = null;
    for (Symbol symbol : symbols) {
      if (Long.compareUnsigned(symbol.va, va) > 0) {
        break;
      }
      best = best == null || symbol.va != best.va ? symbol : best;
    }
    return best == null
        ? ""
        : va == best.va ? best.name : best.name + "+0x" + Long.toHexString(va - best.va);
  }
}
