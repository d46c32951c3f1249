package io.tlbscope.core.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An opcode map compiled from text, one row a line, first match wins:
 *
 * <pre>
 *   KEY  NAME  OPERANDS  [ATTRIBUTE...]
 *
 *   KEY         opcode range: 40 or 40-47; 00+8 walks the name list in steps of 8
 *     /n        ModRM.reg must be n; /* walks the name list over reg 0..7
 *     m  r      ModRM is memory, is register;  .n ModRM.rm must be n, .* walks the name list over rm 0..7
 *     {@literal @}np {@literal @}66 {@literal @}F3 {@literal @}F2  mandatory prefix;
 *     {@literal @}no       neither F2 nor F3 (66 is the operand size)
 *     {@literal @}*        walks the name list over np, 66, F3, F2; operand width * is then o, o, d, q
 *     {@literal @}mx       two rows: np on MMX registers, 66 on XMM registers (P, Q, N become V, W, U)
 *   NAME        a {@link Mnemonic}; a list with | for walks, _ for a hole
 *   OPERANDS    destination first, - for none: kind letter (see {@link OperandSpec.Kind}) and width letter:
 *     b 8  w 16  d 32  q 64  o 128  t 80   v operand size  z operand size, at most 32  y 64 with REX.W, else 32
 *     m 64 in 64-bit mode, else 32   p far pointer   s pseudo-descriptor   a pair of v
 *     k v in a register, 16 in memory   r 32 in a register, 16 in memory   x 32 in a register, 8 in memory
 *     0 no datum   B 8 without deciding the operand size
 *   ATTRIBUTE   i64 invalid in 64-bit mode, x64 only there; d64 operand size 64 by default there, f64 always
 *               W0 W1 REX.W; B0 REX.B clear; os16 os32 os64 effective operand size; nocs CS is no destination
 *               ?feature decodes as unimplemented
 * </pre>
 */
final class OpcodeTable {
  private static final String[] PREFIXES = {"np", "66", "F3", "F2"};
  private static final int[] PREFIX_CODES = {
    OpcodeRow.PREFIX_NONE, OpcodeRow.PREFIX_66, OpcodeRow.PREFIX_F3, OpcodeRow.PREFIX_F2
  };
  private static final String SCALED_WIDTHS = "oodq";

  private final OpcodeRow[][] rows = new OpcodeRow[256][];
  private final boolean[] modRm = new boolean[256];

  static final OpcodeTable ONE_BYTE = new OpcodeTable(OneByteMap.ROWS, X87Map.ROWS);
  static final OpcodeTable TWO_BYTE = new OpcodeTable(TwoByteMap.ROWS, TwoByteSseMap.ROWS);
  static final OpcodeTable MAP_38 = new OpcodeTable(ThreeByteMaps.ROWS_38);
  static final OpcodeTable MAP_3A = new OpcodeTable(ThreeByteMaps.ROWS_3A);

  OpcodeTable(String... texts) {
    List<List<OpcodeRow>> lists = new ArrayList<>();
    for (int opcode = 0; opcode < 256; opcode++) {
      lists.add(new ArrayList<>());
    }
    for (String text : texts) {
      text.lines()
          .filter(line -> !line.isBlank())
          .forEach(line -> expand(line.trim().split("\\s+"), lists));
    }
    for (int opcode = 0; opcode < 256; opcode++) {
      rows[opcode] = lists.get(opcode).toArray(OpcodeRow[]::new);
      for (OpcodeRow row : rows[opcode]) {
        modRm[opcode] |= row.needsModRm();
      }
    }
  }

  /** Candidate rows of an opcode, first match wins; empty for an undefined opcode. */
  OpcodeRow[] rows(int opcode) {
    return rows[opcode];
  }

  boolean needsModRm(int opcode) {
    return modRm[opcode];
  }

  private static void expand(String[] columns, List<List<OpcodeRow>> lists) {
    String key = columns[0];
    String[] names = columns[1].split("\\|");
    int first = Integer.parseInt(key.substring(0, 2), 16);
    if (key.startsWith("-", 2)) {
      int last = Integer.parseInt(key.substring(3, 5), 16);
      for (int opcode = first; opcode <= last; opcode++) {
        add(lists.get(opcode), key.substring(5), names[0], columns, ' ');
      }
    } else if (key.startsWith("+", 2)) {
      int step = key.charAt(3) - '0';
      for (int n = 0; n < names.length; n++) {
        add(lists.get(first + n * step), key.substring(4), names[n], columns, ' ');
      }
    } else if (key.contains("*")) {
      for (int n = 0; n < names.length; n++) {
        boolean prefixes = key.endsWith("@*");
        String chosen = key.substring(2).replace("*", prefixes ? PREFIXES[n] : Integer.toString(n));
        add(lists.get(first), chosen, names[n], columns, prefixes ? SCALED_WIDTHS.charAt(n) : ' ');
      }
    } else {
      add(lists.get(first), key.substring(2), names[0], columns, ' ');
    }
  }

  private static void add(
      List<OpcodeRow> rows, String selectors, String name, String[] columns, char scaled) {
    if (name.equals("_")) {
      return;
    }
    if (selectors.endsWith("@mx")) {
      String key = selectors.substring(0, selectors.length() - 2);
      rows.add(
          row(
              key + "np",
              name,
              columns[2].replace("Po", "Pq").replace("Qo", "Qq"),
              columns,
              null,
              scaled));
      String xmm = columns[2].replace('P', 'V').replace('Q', 'W').replace('N', 'U');
      rows.add(row(key + "66", name, xmm, columns, null, scaled));
    } else {
      rows.add(row(selectors, name, columns[2], columns, null, scaled));
    }
  }

  private static OpcodeRow row(
      String selectors,
      String name,
      String operands,
      String[] columns,
      String feature,
      char scaled) {
    OpcodeRow row = new OpcodeRow();
    row.name = name.toLowerCase(Locale.ROOT);
    row.feature = feature;
    select(row, selectors);
    for (int n = 3; n < columns.length; n++) {
      if (columns[n].startsWith("?")) {
        row.feature = columns[n].substring(1);
      } else {
        row.attributes |= attribute(columns[n]);
      }
    }
    if (row.feature == null) {
      row.mnemonic = Mnemonic.valueOf(name);
    }
    String[] tokens = operands.equals("-") ? new String[0] : operands.split(",");
    row.operands = new OperandSpec[tokens.length];
    boolean bytes = false;
    boolean wide = false;
    for (int n = 0; n < tokens.length; n++) {
      OperandSpec spec = OperandSpec.parse(tokens[n].replace('*', scaled));
      row.operands[n] = spec;
      row.mod = spec.kind().mod != 0 ? spec.kind().mod : row.mod;
      bytes |= spec.isByteDatum();
      wide |= "vzy".indexOf(spec.width()) >= 0;
    }
    row.byteSized = bytes && !wide;
    return row;
  }

  private static void select(OpcodeRow row, String selectors) {
    for (int at = 0; at < selectors.length(); at++) {
      switch (selectors.charAt(at)) {
        case '/' -> row.reg = selectors.charAt(++at) - '0';
        case '.' -> row.rm = selectors.charAt(++at) - '0';
        case 'm' -> row.mod = OpcodeRow.MOD_MEMORY;
        case 'r' -> row.mod = OpcodeRow.MOD_REGISTER;
        case '@' -> {
          row.prefix = prefix(selectors.substring(at + 1));
          return;
        }
        default -> throw new IllegalArgumentException("selector " + selectors);
      }
    }
  }

  private static int prefix(String name) {
    for (int n = 0; n < PREFIXES.length; n++) {
      if (PREFIXES[n].equals(name)) {
        return PREFIX_CODES[n];
      }
    }
    if (name.equals("no")) {
      return OpcodeRow.PREFIX_NO_REPEAT;
    }
    throw new IllegalArgumentException("prefix " + name);
  }

  private static int attribute(String name) {
    return switch (name) {
      case "i64" -> OpcodeRow.I64;
      case "x64" -> OpcodeRow.X64;
      case "d64" -> OpcodeRow.D64;
      case "f64" -> OpcodeRow.F64;
      case "W0" -> OpcodeRow.W0;
      case "W1" -> OpcodeRow.W1;
      case "B0" -> OpcodeRow.B0;
      case "os16" -> OpcodeRow.OS16;
      case "os32" -> OpcodeRow.OS32;
      case "os64" -> OpcodeRow.OS64;
      case "nocs" -> OpcodeRow.NOCS;
      default -> throw new IllegalArgumentException("attribute " + name);
    };
  }
}
