package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** The instruction forms of forms.txt, one for each opcode and opcode extension. */
final class Forms {
  /** What the ModRM byte's rm field, or its reg field, may name. */
  enum Kind {
    NONE,
    GENERAL,
    VECTOR,
    /** Opcode extension. */
    DIGIT
  }

  /**
   * @param prefix mandatory prefix, 0 for none
   * @param opcode its bytes without that prefix
   * @param digit opcode extension where reg is {@link Kind#DIGIT}
   * @param widths operand widths in bits; the low bits of what a vector form names are not told
   *     apart
   * @param immediate letter of forms.txt
   */
  record Form(
      int prefix,
      byte[] opcode,
      Kind reg,
      int digit,
      Kind rm,
      boolean memory,
      boolean register,
      List<Integer> widths,
      char immediate,
      Set<String> options) {
    boolean has(String option) {
      return options.contains(option);
    }

    boolean inMode(CodeMode mode) {
      return !has(mode == CodeMode.BITS64 ? "legacy" : "long");
    }
  }

  private static final int MANDATORY_PREFIX_DIGITS = 2;

  private static final List<Form> ALL = read();

  private Forms() {}

  static List<Form> in(CodeMode mode) {
    return ALL.stream().filter(form -> form.inMode(mode)).toList();
  }

  private static List<Form> read() {
    List<Form> forms = new ArrayList<>();
    try (InputStream in = Forms.class.getResourceAsStream("forms.txt")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .forEach(line -> expand(line.split("\\s+"), forms));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(forms);
  }

  /** Columns: opcodes, reg, rm, width, immediate, options. */
  private static void expand(String[] column, List<Form> forms) {
    Set<String> options = Set.of(List.of(column).subList(5, column.length).toArray(String[]::new));
    for (String opcodes : column[0].split(",")) {
      String[] range = opcodes.split("-");
      String end = range[range.length - 1];
      int last = Integer.parseInt(end.substring(end.length() - 2), 16);
      int digits = range[0].length();
      int first = Integer.parseInt(range[0].substring(digits - 2), 16);
      for (int opcode = first; opcode <= last; opcode++) {
        String all = range[0].substring(0, digits - 2) + "%02X".formatted(opcode);
        for (char reg : column[1].toCharArray()) {
          forms.add(form(all, reg, column, options));
        }
      }
    }
  }

  private static Form form(String opcode, char reg, String[] column, Set<String> options) {
    boolean mandatory = opcode.matches("(66|F2|F3)0F.*");
    HexFormat hex = HexFormat.of();
    char rm = column[2].charAt(0);
    return new Form(
        mandatory ? Integer.parseInt(opcode.substring(0, MANDATORY_PREFIX_DIGITS), 16) : 0,
        hex.parseHex(mandatory ? opcode.substring(MANDATORY_PREFIX_DIGITS) : opcode),
        kind(reg),
        Character.digit(reg, 8),
        rm == 'm' ? Kind.GENERAL : kind(Character.toLowerCase(rm)),
        Character.isLowerCase(rm),
        rm != 'm',
        widths(column[3]),
        column[4].charAt(0),
        options);
  }

  private static Kind kind(char letter) {
    return switch (letter) {
      case '-' -> Kind.NONE;
      case 'g' -> Kind.GENERAL;
      case 'x' -> Kind.VECTOR;
      default -> Kind.DIGIT;
    };
  }

  private static List<Integer> widths(String letter) {
    return switch (letter) {
      case "v" -> List.of(16, 32, 64);
      case "d" -> List.of(32, 64);
      default -> List.of(Integer.valueOf(letter));
    };
  }
}
