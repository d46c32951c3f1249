package io.tlbscope.core.interpret;

import io.tlbscope.core.interpret.NativeOracle.Record;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;

/** Makes instructions with random operands out of the forms of forms.txt. */
final class FormGenerator {
  private static final long[] CORNERS = {
    0,
    1,
    2,
    3,
    -1,
    -2,
    0x0F,
    0x7F,
    0x80,
    0xFF,
    0x100,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFF_FFFFL,
    0x8000_0000L,
    0xFFFF_FFFFL,
    0x1_0000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x0123_4567_89AB_CDEFL
  };
  private static final double[] FLOATS = {
    0.0,
    -0.0,
    1,
    -1,
    1.5,
    -2.5,
    3.7,
    0.1,
    1e10,
    -1e10,
    1e300,
    1e-310,
    4.9e-324,
    2147483647.5,
    -2147483649.0,
    9.3e18,
    100,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    16777217,
    0.5,
    2.5
  };
  private static final int DATA = NativeOracle.DATA;

  private final Random random;
  final Record record = new Record();

  /** Flags that the manual leaves undefined for this instruction. */
  int undefined;

  private final ByteArrayOutputStream code = new ByteArrayOutputStream();
  private boolean floats;
  private int width;

  FormGenerator(Random random) {
    this.random = random;
  }

  /** Fills {@link #record} from a line of forms.txt. */
  FormGenerator make(String line) {
    String[] part = line.split("\\s+");
    List<String> options = List.of(part).subList(Math.min(5, part.length), part.length);
    floats = part[2].startsWith("fp");
    fillState();
    width = width(part[2]);
    boolean lock = options.contains("lock") && random.nextInt(4) == 0;
    boolean memory = lock || options.contains("mem") || options.contains("mem16");
    memory |= !options.contains("reg") && random.nextBoolean();
    memory &= !part[1].equals("-");
    encode(part, options, memory, lock);
    special(part, options, memory);
    record.code = code.toByteArray();
    undefined = undefined(part[4], options, part[0]);
    return this;
  }

  private int width(String kind) {
    return switch (kind) {
      case "8" -> 8;
      case "v" -> 16 << random.nextInt(3);
      case "d", "d8", "fpd" -> 32 << random.nextInt(2);
      case "q" -> 64;
      case "d32" -> 32;
      default -> 128;
    };
  }

  private void fillState() {
    for (int i = 0; i < 16; i++) {
      record.reg[i] = value();
    }
    record.reg[4] = DATA + 256;
    record.flags = 0x202 | random.nextInt() & 0xCD5;
    for (int i = 0; i < 32; i++) {
      record.xmm[i] = vector();
    }
    for (int i = 0; i < record.data.length; i += 8) {
      long x = vector();
      for (int k = 0; k < 8; k++) {
        record.data[i + k] = (byte) (x >>> 8 * k);
      }
    }
  }

  private long vector() {
    if (!floats) {
      return value();
    }
    double x = FLOATS[random.nextInt(FLOATS.length)];
    if (random.nextInt(4) == 0) {
      x = random.nextGaussian() * 1000;
    }
    if (random.nextBoolean()) {
      return Double.doubleToRawLongBits(x);
    }
    float y = (float) FLOATS[random.nextInt(FLOATS.length)];
    return (long) Float.floatToRawIntBits((float) x) << 32
        | Float.floatToRawIntBits(y) & 0xFFFF_FFFFL;
  }

  private long value() {
    return switch (random.nextInt(3)) {
      case 0 -> CORNERS[random.nextInt(CORNERS.length)];
      case 1 -> random.nextLong();
      default -> random.nextInt(1 << random.nextInt(1, 31));
    };
  }

  private void encode(String[] part, List<String> options, boolean memory, boolean lock) {
    String opcode = part[0];
    if (lock) {
      code.write(0xF0);
    }
    if (options.contains("string") && random.nextBoolean()) {
      code.write(random.nextBoolean() ? 0xF3 : 0xF2);
    }
    boolean mandatory = opcode.matches("(66|F2|F3)0F.*");
    if (width == 16) {
      code.write(0x66);
    }
    if (mandatory) {
      code.write(Integer.parseInt(opcode.substring(0, 2), 16));
      opcode = opcode.substring(2);
    }
    boolean wide = width == 64 && !part[2].equals("q");
    int rex = (wide ? 8 : 0) | (random.nextBoolean() ? random.nextInt(8) : 0);
    if (part[1].equals("-") || options.contains("stack")) {
      rex &= 8;
    }
    int reg =
        part[1].equals("r") ? random.nextInt(8) : part[1].equals("-") ? 0 : part[1].charAt(0) - '0';
    int base = random.nextInt(8);
    int index = random.nextInt(8);
    if (index == 4 && (rex & 2) == 0) {
      index = 3;
    }
    if (options.contains("bits")) {
      reg = 1;
      rex &= ~4;
      base = base == 1 ? 3 : base;
      index = index == 1 ? 6 : index;
      record.reg[1] = random.nextInt(2500) - 400;
    }
    if (base == 4) {
      // The SIB byte of rSP and R12 as a base says "no index" only with REX.X clear.
      rex &= ~2;
      index = index == 4 ? 3 : index;
    }
    if (rex != 0 || random.nextInt(4) == 0) {
      code.write(0x40 | rex);
    }
    for (int i = 0; i < opcode.length(); i += 2) {
      code.write(Integer.parseInt(opcode.substring(i, i + 2), 16));
    }
    if (!part[1].equals("-")) {
      modRm(memory, rex, reg, base, index, options, immediateBytes(part[3]));
    }
    immediate(part[3], options);
  }

  private void modRm(
      boolean memory, int rex, int reg, int base, int index, List<String> options, int after) {
    if (!memory) {
      code.write(0xC0 | reg << 3 | random.nextInt(8));
      return;
    }
    int at = 80 + random.nextInt(256);
    if (width == 128 && random.nextInt(8) != 0 || options.contains("mem16")) {
      at &= ~15;
    }
    int form = random.nextInt(5);
    if (form == 0 && !options.contains("bits")) {
      code.write(5 | reg << 3);
      int32(DATA + at - (NativeOracle.CODE + code.size() + 4 + after));
      return;
    }
    int fullBase = base | (rex & 1) << 3;
    int fullIndex = index | (rex & 2) << 2;
    if (form < 3 || fullIndex == fullBase || fullIndex == 4) {
      int displacement = random.nextInt(256) - 128;
      if (fullBase == 4) {
        displacement = at - 256;
      } else {
        record.reg[fullBase] = DATA + at - displacement;
      }
      code.write(0x80 | reg << 3 | base);
      if (base == 4) {
        code.write(0x24);
      }
      int32(displacement);
      return;
    }
    int scale = random.nextInt(4);
    record.reg[fullIndex] = random.nextInt(1000) - 500;
    long scaled = record.reg[fullIndex] << scale;
    long displacement = random.nextInt(10000) - 5000;
    if (fullBase == 4) {
      displacement = at - 256 - scaled;
    } else {
      record.reg[fullBase] = DATA + at - displacement - scaled;
    }
    code.write(0x84 | reg << 3);
    code.write(scale << 6 | index << 3 | base);
    int32((int) displacement);
  }

  private int immediateBytes(String kind) {
    return switch (kind) {
      case "b" -> 1;
      case "z" -> width == 16 ? 2 : 4;
      case "v" -> width / 8;
      case "e" -> 3;
      default -> 0;
    };
  }

  private void immediate(String kind, List<String> options) {
    if (kind.equals("e")) {
      code.write(random.nextInt(40));
      code.write(0);
      code.write(random.nextInt(4));
      return;
    }
    long x = options.contains("cmpps") ? random.nextInt(8) : value();
    for (int i = 0; i < immediateBytes(kind); i++) {
      code.write((int) (x >>> 8 * i));
    }
  }

  private void int32(int x) {
    for (int i = 0; i < 32; i += 8) {
      code.write(x >>> i);
    }
  }

  private void special(String[] part, List<String> options, boolean memory) {
    if (options.contains("string")) {
      record.reg[1] = random.nextInt(6);
      record.reg[6] = DATA + 100 + random.nextInt(200);
      record.reg[7] = DATA + 100 + random.nextInt(200);
    }
    if (options.contains("xlat")) {
      record.reg[3] = DATA + 64;
    }
    if (part[0].equals("C8")) {
      record.reg[5] = DATA + 200;
    }
    if (options.contains("stackflags")) {
      long flags = random.nextInt() & 0xCD5;
      for (int i = 0; i < 8; i++) {
        record.data[256 + i] = (byte) (flags >>> 8 * i);
      }
    }
  }

  private int undefined(String kind, List<String> options, String opcode) {
    int af = 0x10;
    int of = 0x800;
    boolean cl = kind.endsWith("cl");
    int count =
        (cl ? (int) record.reg[1] : record.code[record.code.length - 1]) & (width == 64 ? 63 : 31);
    if (kind.startsWith("rotate")) {
      return count > 1 ? of : 0;
    }
    if (kind.startsWith("shift")) {
      return count == 0 ? 0 : af | (count > 1 ? of : 0) | (count >= width ? 1 : 0);
    }
    int mask = 0;
    String names = "CPAZSO";
    int[] bits = {1, 4, 0x10, 0x40, 0x80, 0x800};
    for (int i = 0; i < 6; i++) {
      mask |= !kind.equals("one") && kind.indexOf(names.charAt(i)) >= 0 ? bits[i] : 0;
    }
    return mask;
  }
}
