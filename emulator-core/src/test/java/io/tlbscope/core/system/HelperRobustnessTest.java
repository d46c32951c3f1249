package io.tlbscope.core.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.DecodeResult;
import io.tlbscope.core.isa.Decoder;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.testing.TestMachine;
import io.tlbscope.core.trap.Delivery;
import io.tlbscope.core.vcpu.Activity;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever bytes a guest runs, a helper ends normally, with a guest exception or with a named
 * error.
 */
class HelperRobustnessTest {
  private static final int ROUNDS = 30_000;

  @ParameterizedTest
  @EnumSource
  void randomSystemInstructionsEndInAKnownWay(CodeMode mode) {
    Random random = new Random(mode.ordinal());
    byte[] bytes = new byte[15];
    int ran = 0;
    TestMachine m = machine(mode);
    for (int i = 0; i < ROUNDS; i++) {
      random.nextBytes(bytes);
      // Most system instructions are in the two-byte map.
      if (random.nextInt(4) != 0) {
        bytes[0] = 0x0F;
        bytes[1] =
            (byte)
                new int[] {0, 1, 2, 3, 0x20, 0x22, 0x30, 0x32, 0xAE, 0xB2, 0xA1}
                    [random.nextInt(11)];
      }
      DecodeResult decoded = Decoder.decode(mode, bytes, 0, bytes.length);
      if (!(decoded instanceof Instruction in) || Helpers.find(in) == null) {
        continue;
      }
      ran++;
      randomise(m, random);
      try {
        if (!m.exec(in).equals("ok")) {
          Delivery.deliver(m.cpu);
        }
      } catch (EmulatorError e) {
        assertTrue(e.name().matches("[a-z0-9-]+"), e.name());
      }
      if (m.cpu.activity == Activity.SHUTDOWN || i % 50 == 0) {
        m.close();
        m = machine(mode);
      }
    }
    m.close();
    assertTrue(ran > ROUNDS / 10, "only " + ran + " system instructions came up");
  }

  private static TestMachine machine(CodeMode mode) {
    TestMachine m = new TestMachine();
    return switch (mode) {
      case BITS16 -> m.real();
      case BITS32 -> m.protected32();
      case BITS64 -> m.long64();
    };
  }

  private static void randomise(TestMachine m, Random random) {
    for (int i = 0; i < 16; i++) {
      m.s.r[i] = random.nextBoolean() ? random.nextInt(0x100000) : random.nextLong();
    }
    if (random.nextInt(8) == 0) {
      m.s.flags.rflags(random.nextInt() & ~CpuState.VM);
    }
  }
}
