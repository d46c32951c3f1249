package io.tlbscope.core.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lengths and mnemonics agree with binutils' objdump; the classes where they cannot are in {@link
 * OracleDifferences}.
 */
class ObjdumpOracleTest {
  private static final int RANDOM_STRINGS = 20_000;

  @TempDir Path folder;

  @Test
  void compiledCodeDecodesAsObjdumpSays() throws Exception {
    assumeTrue(Objdump.installed("gcc", "objdump", "objcopy"), "needs gcc and binutils");
    Path source = folder.resolve("kernel.c");
    try (InputStream in = getClass().getResourceAsStream("kernel.c")) {
      Files.copy(in, source);
    }
    Path log = folder.resolve("log");
    for (String level : List.of("-O0", "-O1", "-O2", "-Os", "-O3")) {
      Path object = folder.resolve("kernel.o");
      Path code = folder.resolve("kernel.bin");
      Objdump.run(
          log,
          "gcc",
          "-m64",
          "-march=x86-64",
          "-ffreestanding",
          level,
          "-c",
          source.toString(),
          "-o",
          object.toString());
      Objdump.run(
          log, "objcopy", "-O", "binary", "-j", ".text", object.toString(), code.toString());
      byte[] bytes = Files.readAllBytes(code);
      for (Objdump.Line line : Objdump.lines(code, CodeMode.BITS64)) {
        DecodeResult result =
            Decoder.decode(CodeMode.BITS64, bytes, line.offset(), bytes.length - line.offset());
        String text = Disassembler.text(result, line.offset());
        assertTrue(result instanceof Instruction, () -> level + " " + line + ": " + text);
        assertEquals(line.length(), result.length(), () -> line + ": " + text);
        assertTrue(
            OracleDifferences.sameMnemonic(line.mnemonic(), result), () -> line + ": " + text);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CodeMode.class)
  void randomBytesDecodeAsObjdumpSays(CodeMode mode) throws Exception {
    assumeTrue(Objdump.installed("objdump"), "needs binutils");
    byte[] bytes = randomCode();
    Path code = folder.resolve("random.bin");
    Files.write(code, bytes);
    List<String> differences = new ArrayList<>();
    int compared = 0;
    for (Objdump.Line line : Objdump.lines(code, mode)) {
      DecodeResult result =
          Decoder.decode(mode, bytes, line.offset(), bytes.length - line.offset());
      if (line.offset() + ByteCursor.MAXIMUM > bytes.length
          || OracleDifferences.expected(line, bytes, mode, result)) {
        continue;
      }
      compared++;
      boolean same =
          OracleDifferences.saysBad(line)
              ? !(result instanceof Instruction)
              : result.length() == line.length()
                  && OracleDifferences.sameMnemonic(line.mnemonic(), result);
      if (!same) {
        differences.add(
            hex(bytes, line.offset(), line.length())
                + " objdump: "
                + line.text()
                + "; ours: "
                + result.length()
                + " "
                + (result instanceof Undecoded undecoded ? undecoded.kind() + " " : "")
                + Disassembler.text(result, line.offset()));
      }
    }
    assertEquals("", String.join("\n", differences));
    assertTrue(compared > RANDOM_STRINGS, "lines compared: " + compared);
  }

  /**
   * Random bytes, with opcode escapes and mandatory prefixes more often than chance would have
   * them.
   */
  private static byte[] randomCode() throws IOException {
    Random random = new Random(20_251);
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (int n = 0; n < RANDOM_STRINGS; n++) {
      int kind = random.nextInt(20);
      if (kind < 3) {
        code.write(new int[] {0x66, 0xF2, 0xF3}[kind]);
      }
      if (kind < 10) {
        code.write(0x0F);
      } else if (kind == 10) {
        code.write(0x0F);
        code.write(random.nextBoolean() ? 0x38 : 0x3A);
      } else if (kind == 11) {
        code.write(0xD8 + random.nextInt(8));
      }
      byte[] rest = new byte[8];
      random.nextBytes(rest);
      code.write(rest);
    }
    return code.toByteArray();
  }

  private static String hex(byte[] bytes, int offset, int length) {
    StringBuilder text = new StringBuilder();
    for (int n = 0; n < length; n++) {
      text.append("%02x ".formatted(bytes[offset + n]));
    }
    return text.toString().trim();
  }
}
