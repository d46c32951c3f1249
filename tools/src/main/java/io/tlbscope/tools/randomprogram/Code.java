package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** Bytes of a program as they are written, with labels that may be bound after they are used. */
final class Code {
  /** A place in the code; its va is known once it is bound. */
  static final class Label {
    private static final long UNBOUND = -1;
    private long va = UNBOUND;

    /** A place that is known. */
    static Label at(long va) {
      Label label = new Label();
      label.va = va;
      return label;
    }

    long va() {
      if (va == UNBOUND) {
        throw new IllegalStateException("a label that nothing binds");
      }
      return va;
    }
  }

  private record Fixup(int at, int bytes, Label label, LongUnaryOperator value) {}

  /**
   * @param va of the first byte
   * @param mode how the bytes are executed, null for data among them
   */
  record Region(long va, CodeMode mode) {}

  private final long origin;
  private byte[] bytes = new byte[1 << 12];
  private int size;
  private final List<Fixup> fixups = new ArrayList<>();
  private final List<Region> regions = new ArrayList<>();

  /**
   * @param origin va of the first byte
   */
  Code(long origin) {
    this.origin = origin;
  }

  long va() {
    return origin + size;
  }

  /** What follows is executed in {@code mode}; null: it is data. */
  Code mode(CodeMode mode) {
    regions.add(new Region(va(), mode));
    return this;
  }

  List<Region> regions() {
    return regions;
  }

  Code i8(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
    return this;
  }

  /** Little endian, the low {@code count} bytes of {@code value}. */
  Code integer(long value, int count) {
    for (int n = 0; n < count; n++) {
      i8((int) (value >>> 8 * n));
    }
    return this;
  }

  Code i32(long value) {
    return integer(value, 4);
  }

  /** Bytes in hexadecimal, spaces between them ignored. */
  Code hex(String text) {
    for (byte b : HexFormat.of().parseHex(text.replace(" ", ""))) {
      i8(b);
    }
    return this;
  }

  Code bind(Label label) {
    label.va = va();
    return this;
  }

  /** {@code opcode}, then the distance of {@code label} from the end of its 4 bytes. */
  Code relative(String opcode, Label label) {
    hex(opcode);
    long next = va() + 4;
    return later(label, 4, va -> va - next);
  }

  /** {@code opcode}, then the distance of {@code label} in one byte. */
  Code near(String opcode, Label label) {
    hex(opcode);
    long next = va() + 1;
    return later(
        label,
        1,
        va -> {
          if (va - next != (byte) (va - next)) {
            throw new IllegalStateException("a label " + (va - next) + " bytes away is not near");
          }
          return va - next;
        });
  }

  /** The va of {@code label} less {@code base}, in {@code count} bytes. */
  Code address(Label label, long base, int count) {
    return later(label, count, va -> va - base);
  }

  private Code later(Label label, int count, LongUnaryOperator value) {
    fixups.add(new Fixup(size, count, label, value));
    return integer(0, count);
  }

  Code align(int unit) {
    while (size % unit != 0) {
      i8(0x90);
    }
    return this;
  }

  /** The bytes, all labels filled in. */
  byte[] finish() {
    for (Fixup fixup : fixups) {
      long value = fixup.value.applyAsLong(fixup.label.va());
      for (int n = 0; n < fixup.bytes; n++) {
        bytes[fixup.at + n] = (byte) (value >>> 8 * n);
      }
    }
    return Arrays.copyOf(bytes, size);
  }
}
