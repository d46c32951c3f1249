package io.tlbscope.core.interpret;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Random records of the forms of x87-forms.txt. */
final class X87Forms {
  private static final int DATA = 0x40000;

  private final Random random;
  private final X87Operands operands;

  X87Forms(Random random) {
    this.random = random;
    operands = new X87Operands(random);
  }

  /** One line of the list. */
  record Form(String text, String name, byte[] bytes, int extension, String operand) {}

  static List<Form> read(String resource) throws IOException {
    try (InputStream in = X87Forms.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(X87Forms::form)
          .toList();
    }
  }

  private static Form form(String line) {
    String[] column = line.trim().split(" +");
    boolean extended = column[2].startsWith("/");
    return new Form(
        line.trim(),
        column[0],
        HexFormat.of().parseHex(column[1]),
        extended ? column[2].charAt(1) - '0' : -1,
        column[column.length - 1]);
  }

  X87Oracle.Record record(Form form) {
    X87Oracle.Record record = new X87Oracle.Record();
    ByteBuffer image = record.fields();
    operands.image(image);
    record.rax = random.nextLong();
    record.rdi = DATA + 64;
    record.flags = 0x202 | random.nextInt() & 0x8D5;
    ByteBuffer data = ByteBuffer.wrap(record.data).order(ByteOrder.LITTLE_ENDIAN);
    random.nextBytes(record.data);
    String operand = form.operand();
    boolean memory =
        operand.matches("[fidem]\\d+")
            || operand.equals("mem")
            || operand.matches("m[mr].*") && !operand.equals("mmreg") && random.nextBoolean();
    if (form.name().equals("FXRSTOR")) {
      operands.image(data);
    } else if (operand.startsWith("e")) {
      environment(data, Integer.parseInt(operand.substring(1)) % 160 == 64);
    } else if (memory) {
      operands.memory(operand, data);
    }
    record.code = code(form, memory);
    return record;
  }

  /** A plausible environment, and registers behind it. */
  private void environment(ByteBuffer data, boolean wide) {
    int step = wide ? 4 : 2;
    byte[] bytes = new byte[X87Oracle.IMAGE];
    ByteBuffer image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    operands.image(image);
    data.putShort(0, image.getShort(0)).putShort(step, image.getShort(2));
    for (int i = 0; i < 8; i++) {
      operands.extended(data.position(7 * step + 10 * i));
    }
  }

  private byte[] code(Form form, boolean memory) {
    ByteBuffer code = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    code.put(form.bytes());
    String operand = form.operand();
    if (!operand.equals("-")) {
      int reg = form.extension() >= 0 ? form.extension() : random.nextInt(8);
      int rm = random.nextInt(8);
      if (operand.startsWith("mr")) {
        rm = 0;
      } else if (operand.startsWith("rm")) {
        reg = 0;
      }
      code.put((byte) (memory ? reg << 3 | 4 : 0xC0 | reg << 3 | rm));
      if (memory) {
        code.put((byte) 0x25).putInt(DATA);
      }
      if (operand.endsWith("imm")) {
        code.put((byte) (random.nextBoolean() ? random.nextInt(70) : random.nextInt(256)));
      }
    }
    byte[] bytes = new byte[code.position()];
    code.flip().get(bytes);
    return bytes;
  }
}
