package io.tlbscope.core.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class DecoderTest {
  private static DecodeResult decode(CodeMode mode, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return Decoder.decode(mode, bytes, 0, bytes.length);
  }

  private static Instruction instruction(CodeMode mode, String hex) {
    return assertInstanceOf(Instruction.class, decode(mode, hex), hex);
  }

  private static Undecoded.Kind kind(CodeMode mode, String hex) {
    return assertInstanceOf(Undecoded.class, decode(mode, hex), hex).kind();
  }

  @ParameterizedTest
  @CsvFileSource(resources = "vectors.txt", delimiter = '|')
  void vectorDecodesToItsText(int bits, String hex, String text) {
    CodeMode mode = CodeMode.valueOf("BITS" + bits);
    DecodeResult result = decode(mode, hex);
    String kind =
        result instanceof Undecoded undecoded
            ? undecoded.kind() + " " + undecoded.feature() + " "
            : "";
    assertEquals(text.trim(), (kind + Disassembler.text(result, 0x1000)).replaceAll("\\s+", " "));
    if (result instanceof Instruction) {
      assertEquals(hex.trim().split(" ").length, result.length());
    }
  }

  @Test
  void everyCutOffInstructionIsTruncated() {
    String[] whole = {
      "48 81 84 88 78 56 34 12 01 02 03 04",
      "66 0f 38 82 00",
      "48 b8 01 02 03 04 05 06 07 08",
      "0f 05",
      "f3 0f 1e fa",
      "c8 10 00 01",
      "65 48 8b 04 25 00 00 00 00",
      "0f ba e0 11"
    };
    for (String hex : whole) {
      byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
      for (int available = 0; available < bytes.length; available++) {
        DecodeResult result = Decoder.decode(CodeMode.BITS64, bytes, 0, available);
        assertEquals(
            Undecoded.Kind.TRUNCATED, assertInstanceOf(Undecoded.class, result).kind(), hex);
      }
      assertEquals(bytes.length, instruction(CodeMode.BITS64, hex).length());
    }
  }

  @Test
  void sixteenBytesAreTooLongAndFifteenAreNot() {
    assertEquals(15, instruction(CodeMode.BITS64, "66 ".repeat(14) + "90").length());
    assertEquals(Undecoded.Kind.TOO_LONG, kind(CodeMode.BITS64, "66 ".repeat(15) + "90"));
    assertEquals(
        Undecoded.Kind.TOO_LONG, kind(CodeMode.BITS64, "2e ".repeat(10) + "48 81 c0 01 02 03 04"));
  }

  @Test
  void implicitMemoryOperandsCarryTheSegmentOverride() {
    Operand.Memory source = (Operand.Memory) instruction(CodeMode.BITS64, "64 a4").operand(1);
    assertEquals(4, source.segment());
    Operand.Memory target = (Operand.Memory) instruction(CodeMode.BITS64, "64 a4").operand(0);
    assertEquals(0, target.segment());
    assertEquals(3, ((Operand.Memory) instruction(CodeMode.BITS32, "d7").operand(0)).base());
  }

  @Test
  void stackBasesSelectTheStackSegment() {
    assertEquals(
        2, ((Operand.Memory) instruction(CodeMode.BITS32, "8b 45 08").operand(1)).segment());
    assertEquals(
        3,
        ((Operand.Memory) instruction(CodeMode.BITS32, "8b 05 00 00 00 00").operand(1)).segment());
    assertEquals(
        2, ((Operand.Memory) instruction(CodeMode.BITS16, "8b 46 08").operand(1)).segment());
    assertEquals(
        3, ((Operand.Memory) instruction(CodeMode.BITS64, "41 8b 45 08").operand(1)).segment());
  }

  @Test
  void lockIsLegalOnlyOnReadModifyWriteOfMemory() {
    assertTrue(instruction(CodeMode.BITS64, "f0 48 0f c1 07").lock());
    for (String hex :
        new String[] {
          "f0 01 c0", "f0 03 07", "f0 8b 07", "f0 38 07", "f0 0f a3 07", "f0 90", "f0 0f 31"
        }) {
      assertEquals(Undecoded.Kind.INVALID, kind(CodeMode.BITS64, hex), hex);
    }
  }

  @Test
  void opcodesWithoutAMeaningIn64BitModeAreInvalid() {
    for (String hex :
        new String[] {
          "06",
          "07",
          "0e",
          "16",
          "17",
          "1e",
          "1f",
          "27",
          "2f",
          "37",
          "3f",
          "60",
          "61",
          "82 c0 01",
          "9a 00 00 00 00 00 00",
          "ce",
          "d4 0a",
          "d5 0a",
          "d6",
          "ea 00 00 00 00 00 00"
        }) {
      assertEquals(Undecoded.Kind.INVALID, kind(CodeMode.BITS64, hex), hex);
    }
  }

  @Test
  void randomBytesNeverThrowAndLengthsStayInRange() {
    Random random = new Random(42);
    byte[] bytes = new byte[16];
    for (int n = 0; n < 300_000; n++) {
      random.nextBytes(bytes);
      if (n % 3 == 0) {
        bytes[0] = 0x0F;
      }
      int available = random.nextInt(17);
      for (CodeMode mode : CodeMode.values()) {
        DecodeResult result = Decoder.decode(mode, bytes, 0, available);
        assertTrue(
            result.length() >= 0 && result.length() <= Math.min(15, available), result::toString);
        assertNotNull(Disassembler.text(result, random.nextLong()));
      }
    }
  }

  @Test
  void everyTwoOpcodeBytesDecodeInEveryMode() {
    byte[] bytes = new byte[18];
    for (int first = 0; first < 1 << 16; first++) {
      bytes[0] = (byte) (first >> 8);
      bytes[1] = (byte) first;
      for (CodeMode mode : CodeMode.values()) {
        assertNotNull(Disassembler.text(Decoder.decode(mode, bytes, 0, 15), 0));
      }
    }
  }
}
