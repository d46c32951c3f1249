package io.tlbscope.tools.vectors;

import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.DecodeResult;
import io.tlbscope.core.isa.Decoder;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Undecoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** All encodings of 64-bit code without VEX and EVEX, sorted into forms by asking the decoder. */
final class Forms {
  private static final int[] PREFIXES = {0, 0x66, 0xF3, 0xF2};
  private static final Set<Integer> NO_OPCODES =
      Set.of(
          0x0F, 0x26, 0x2E, 0x36, 0x3E, 0x62, 0x64, 0x65, 0x66, 0x67, 0xC4, 0xC5, 0xF0, 0xF2, 0xF3);

  private final List<Form> found = new ArrayList<>();

  private Forms() {}

  /** Every form, undefined ones too, in the order of the opcode maps. */
  static List<Form> all() {
    Forms forms = new Forms();
    for (int map = 0; map < 4; map++) {
      for (int opcode = 0; opcode < 256; opcode++) {
        boolean escape = map == 0 && (NO_OPCODES.contains(opcode) || (opcode & 0xF0) == 0x40);
        if (!escape && !(map == 1 && (opcode == 0x38 || opcode == 0x3A))) {
          forms.opcode(map, opcode);
        }
      }
    }
    return forms.found;
  }

  private void opcode(int map, int opcode) {
    String[][] plain = names(0, map, opcode);
    for (int prefix : PREFIXES) {
      String[][] names = prefix == 0 ? plain : names(prefix, map, opcode);
      if (prefix == 0 || !Arrays.deepEquals(names, plain)) {
        if (hasModRm(prefix, map, opcode)) {
          modRm(prefix, map, opcode, names, prefix == 0 ? null : plain);
        } else {
          add(prefix, map, opcode, Form.Operand.NONE, -1, -1, -1, names[0][0]);
        }
      }
    }
  }

  /** By ModRM and REX.W. */
  private static String[][] names(int prefix, int map, int opcode) {
    String[][] names = new String[2][256];
    for (int wide = 0; wide < 2; wide++) {
      for (int modRm = 0; modRm < 256; modRm++) {
        names[wide][modRm] = name(decode(prefix, map, opcode, modRm, wide));
      }
    }
    return names;
  }

  private static DecodeResult decode(int prefix, int map, int opcode, int modRm, int wide) {
    byte[] bytes = new byte[16];
    int n = 0;
    if (prefix != 0) {
      bytes[n++] = (byte) prefix;
    }
    bytes[n++] = (byte) (0x40 | wide << 3);
    if (map > 0) {
      bytes[n++] = 0x0F;
    }
    if (map > 1) {
      bytes[n++] = (byte) (map == 2 ? 0x38 : 0x3A);
    }
    bytes[n++] = (byte) opcode;
    bytes[n] = (byte) modRm;
    return Decoder.decode(CodeMode.BITS64, bytes, 0, 15);
  }

  /** Mnemonic and, after a blank, the missing feature; empty when undefined. */
  private static String name(DecodeResult result) {
    if (result instanceof Instruction in) {
      return in.mnemonic().name().toLowerCase(Locale.ROOT);
    }
    Undecoded not = (Undecoded) result;
    return not.kind() == Undecoded.Kind.UNIMPLEMENTED ? not.name() + " " + not.feature() : "";
  }

  private static boolean hasModRm(int prefix, int map, int opcode) {
    String[] names = names(prefix, map, opcode)[0];
    if (Arrays.stream(names).distinct().count() > 1) {
      return true;
    }
    return decode(prefix, map, opcode, 0x84, 0).length()
        != decode(prefix, map, opcode, 0xC0, 0).length();
  }

  /** Where prefix and no prefix mean the same, the prefix is none of the form's own. */
  private void modRm(int prefix, int map, int opcode, String[][] names, String[][] plain) {
    for (Form.Operand operand : List.of(Form.Operand.MEMORY, Form.Operand.REGISTER)) {
      boolean sameWide = same(names[0], names[1], operand);
      for (int wide = sameWide ? -1 : 0; wide < (sameWide ? 0 : 2); wide++) {
        String[] row = names[Math.max(wide, 0)];
        if (plain == null || !same(row, plain[Math.max(wide, 0)], operand)) {
          rows(prefix, map, opcode, operand, wide, row);
        }
      }
    }
  }

  private static boolean same(String[] a, String[] b, Form.Operand operand) {
    int from = operand == Form.Operand.MEMORY ? 0 : 0xC0;
    int to = operand == Form.Operand.MEMORY ? 0xC0 : 0x100;
    return Arrays.equals(a, from, to, b, from, to);
  }

  private void rows(
      int prefix, int map, int opcode, Form.Operand operand, int wide, String[] names) {
    int base = operand == Form.Operand.MEMORY ? 0 : 0xC0;
    if (distinct(names, base, 64) == 1) {
      add(prefix, map, opcode, operand, -1, -1, wide, names[base]);
      return;
    }
    for (int reg = 0; reg < 8; reg++) {
      int first = base + 8 * reg;
      if (distinct(names, first, 8) == 1) {
        add(prefix, map, opcode, operand, reg, -1, wide, names[first]);
      } else {
        for (int rm = 0; rm < 8; rm++) {
          add(prefix, map, opcode, operand, reg, rm, wide, names[first + rm]);
        }
      }
    }
  }

  private static long distinct(String[] names, int from, int count) {
    return Arrays.stream(names, from, from + count).distinct().count();
  }

  private void add(
      int prefix,
      int map,
      int opcode,
      Form.Operand operand,
      int reg,
      int rm,
      int wide,
      String name) {
    int blank = name.indexOf(' ');
    String feature = blank < 0 ? "" : name.substring(blank + 1);
    String mnemonic = blank < 0 ? name : name.substring(0, blank);
    found.add(new Form(prefix, map, opcode, operand, reg, rm, wide, mnemonic, feature));
  }
}
