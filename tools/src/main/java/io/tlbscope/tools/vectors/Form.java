package io.tlbscope.tools.vectors;

/**
 * One form of an instruction's encoding.
 *
 * @param prefix mandatory prefix 66h, F3h or F2h, else 0
 * @param map 0 for one byte, 1 after 0F, 2 after 0F 38, 3 after 0F 3A
 * @param opcode 0..255
 * @param operand what ModRM names
 * @param reg ModRM.reg, -1 for any
 * @param rm ModRM.rm, -1 for any
 * @param wide REX.W, -1 for any
 * @param name the manual's mnemonic in lower case; empty for an undefined encoding
 * @param feature what is missing for it, or empty
 */
record Form(
    int prefix,
    int map,
    int opcode,
    Operand operand,
    int reg,
    int rm,
    int wide,
    String name,
    String feature) {
  /** What the ModRM byte names. */
  enum Operand {
    NONE,
    MEMORY,
    REGISTER
  }

  private static final String[] MAPS = {"", "0F ", "0F 38 ", "0F 3A "};

  boolean defined() {
    return !name.isEmpty();
  }

  boolean implemented() {
    return defined() && feature.isEmpty();
  }

  /** The encoding as the manual writes it, with {@code m} or {@code r} for what ModRM names. */
  String encoding() {
    StringBuilder text = new StringBuilder();
    if (prefix != 0) {
      text.append("%02X ".formatted(prefix));
    }
    if (wide == 1) {
      text.append("W ");
    }
    text.append(MAPS[map]).append("%02X".formatted(opcode));
    if (operand != Operand.NONE) {
      text.append(reg < 0 ? " /r" : " /" + reg).append(operand == Operand.MEMORY ? " m" : " r");
      if (rm >= 0) {
        text.append(rm);
      }
    }
    return text.toString();
  }
}
