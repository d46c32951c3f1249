package io.tlbscope.core.interpret;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/**
 * Changed code is executed as changed, from the next instruction on; stale translations of code
 * stay stale.
 */
class SelfModifyingCodeTest {
  private final TestCpu machine = new TestCpu();

  private long al() {
    return machine.r[0] & 0xFF;
  }

  @Test
  void storeIntoTheNextInstructionOfTheBlockTakesEffect() {
    // mov byte [rip+1], 0x42; mov al, 0
    machine.code("c60501000000 42 b000");
    assertEquals(2, machine.interpreter.run(2));
    assertEquals(0x42, al());
  }

  @Test
  void storeBehindTheNextInstructionTakesEffectWhenItsBlockRanBefore() {
    // L: mov al, 1; mov byte [L+1], 7; jmp L
    machine.code("b001 c605f8ffffff 07 ebf5");
    machine.interpreter.run(3);
    assertEquals(1, al());
    machine.interpreter.run(1);
    assertEquals(7, al());
  }

  @Test
  void repeatedStringStoreOverItsOwnSuccessorTakesEffect() {
    // rep stosb; mov al, 0
    machine.code("f3aa b000");
    machine.r[0] = 0x90;
    machine.r[1] = 2;
    machine.r[7] = TestCpu.CODE + 2;
    machine.interpreter.run(4);
    assertEquals(0x90, al());
    assertEquals(TestCpu.CODE + 4, machine.s.rip);
  }

  @Test
  void dataNextToCodeMayBeWrittenAllTheTime() {
    // L: inc dword [rip+0x100]; dec ecx; jnz L; mov al, 5
    machine.code("ff0500010000 ffc9 75f6 b005");
    machine.r[1] = 1000;
    machine.interpreter.run(3001);
    assertEquals(5, al());
    assertEquals(1000, machine.ram.read(TestCpu.CODE + 6 + 0x100, 4));
  }

  @Test
  void codeThatADeviceWroteIsDecodedAgain() {
    machine.code("b001 ebfc");
    machine.interpreter.run(4);
    machine.put(TestCpu.CODE + 1, new byte[] {9});
    machine.interpreter.run(2);
    assertEquals(9, al());
  }

  @Test
  void anotherProcessorsStoreTakesEffectInItsNextSlice() {
    machine.code("b001 ebfc");
    TestCpu other = new TestCpu(machine);
    machine.interpreter.run(10);
    // mov byte [CODE+1], 3
    other.put(0x3000, new byte[] {(byte) 0xC6, 4, 0x25, 1, 0x10, 0, 0, 3});
    other.s.rip = 0x3000;
    other.interpreter.run(1);
    machine.interpreter.run(2);
    assertEquals(3, al());
  }

  @Test
  void codeIsFetchedThroughTheTlbAsLongAsItsEntryLives() {
    machine.put(0x3000, new byte[] {(byte) 0xB0, 0x11, (byte) 0xEB, (byte) 0xFC});
    machine.put(0x5000, new byte[] {(byte) 0xB0, 0x22, (byte) 0xEB, (byte) 0xFC});
    machine.s.rip = 0x3000;
    machine.interpreter.run(2);
    machine.map(0x3000, 0x5007);
    machine.interpreter.run(2);
    assertEquals(0x11, al());
    machine.mmu.invlpg(0x3000);
    machine.interpreter.run(2);
    assertEquals(0x22, al());
  }
}
