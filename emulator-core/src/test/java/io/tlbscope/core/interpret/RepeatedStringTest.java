package io.tlbscope.core.interpret;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * REP MOVS and REP STOS of all sizes, across pages and over themselves, against a byte-by-byte
 * model.
 */
class RepeatedStringTest {
  private static final int AT = 0x30000, BYTES = 0x4000;

  @Test
  void aLongRepetitionEndsWithTheSliceAndGoesOnInTheNext() {
    TestCpu machine = new TestCpu().code("f3ac");
    machine.r[1] = 20_000;
    machine.r[6] = AT;
    assertEquals(2, machine.interpreter.run(2), "each go counts, so that time goes on");
    assertEquals(20_000 - 2 * StringSteps.BOUND, machine.r[1]);
    assertEquals(TestCpu.CODE, machine.s.rip);
    assertEquals(3, machine.interpreter.run(3));
    assertEquals(0, machine.r[1]);
    assertEquals(TestCpu.CODE + 2, machine.s.rip);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"f3a4", "f366a5", "f3a5", "f348a5", "f3aa", "f366ab", "f3ab", "f348ab", "f2a4"})
  void movesAndFillsLikeSingleIterations(String hex) {
    byte[] code = HexFormat.of().parseHex(hex);
    boolean fills = (code[code.length - 1] & 8) != 0;
    int size =
        (code[code.length - 1] & 1) == 0 ? 1 : hex.contains("66") ? 2 : hex.contains("48") ? 8 : 4;
    Random random = new Random(hex.hashCode());
    TestCpu machine = new TestCpu().code(hex);
    for (int i = 0; i < 60; i++) {
      byte[] model = new byte[BYTES];
      random.nextBytes(model);
      machine.put(AT, model);
      int count = random.nextInt(BYTES / 2 / size);
      int from = random.nextInt(BYTES - count * size + 1);
      int to =
          random.nextInt(4) == 0
              ? Math.min(from + random.nextInt(20), BYTES - count * size)
              : random.nextInt(BYTES - count * size + 1);
      long value = random.nextLong();
      for (int k = 0; k < count; k++) {
        byte[] unit = new byte[size];
        for (int b = 0; b < size; b++) {
          unit[b] = fills ? (byte) (value >>> 8 * b) : model[from + k * size + b];
        }
        System.arraycopy(unit, 0, model, to + k * size, size);
      }
      machine.s.rip = TestCpu.CODE;
      machine.r[0] = value;
      machine.r[1] = count;
      machine.r[6] = AT + from;
      machine.r[7] = AT + to;
      while (machine.s.rip == TestCpu.CODE) {
        assertEquals(1, machine.interpreter.run(1));
      }
      byte[] memory = new byte[BYTES];
      machine.ram.read(AT, memory, 0, BYTES);
      assertArrayEquals(model, memory, hex + " from " + from + " to " + to + " count " + count);
      assertEquals(0, machine.r[1]);
      assertEquals(AT + to + count * size, machine.r[7]);
      assertEquals(AT + from + (fills ? 0 : count * size), machine.r[6]);
    }
  }
}
