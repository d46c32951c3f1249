package io.tlbscope.core.system;

import static io.tlbscope.core.testing.TestMachine.gpr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.cpu.SeededChoice;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.testing.TestMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomNumbersTest {
  private static List<Long> numbers(long seed) {
    try (TestMachine machine = new TestMachine().long64()) {
      machine.s.random = new SeededChoice(seed);
      List<Long> numbers = new ArrayList<>();
      for (Mnemonic mnemonic : List.of(Mnemonic.RDRAND, Mnemonic.RDSEED, Mnemonic.RDRAND)) {
        machine.exec(mnemonic, 64, gpr(8, 64));
        numbers.add(machine.s.r[8]);
      }
      return numbers;
    }
  }

  @Test
  void oneSeedGivesOneStreamAndAnotherAnother() {
    List<Long> first = numbers(7);
    assertEquals(first, numbers(7));
    assertNotEquals(first, numbers(8));
    assertEquals(3, first.stream().distinct().count());
  }

  @Test
  void theNumberIsReadyAndHasTheOperandsWidth() {
    try (TestMachine machine = new TestMachine().long64()) {
      machine.s.r[8] = -1;
      machine.s.flags.arithmetic(CpuState.ZF | CpuState.OF);
      machine.exec(Mnemonic.RDRAND, 16, gpr(8, 16));
      assertEquals(-1, machine.s.r[8] >> 16);
      assertEquals(CpuState.CF, machine.s.flags.rflags() & Flags.ARITHMETIC);
      machine.exec(Mnemonic.RDRAND, 32, gpr(8, 32));
      assertEquals(0, machine.s.r[8] >>> 32);
    }
  }
}
