package io.tlbscope.core.interpret;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.vcpu.FaultRecord;
import org.junit.jupiter.api.Test;

/** What is exact when: at faults, at the end of a slice, while single-stepping. */
class PreciseStateTest {
  private final TestCpu machine = new TestCpu();

  private FaultRecord fault() {
    return machine.cpu.faultChain.getFirst();
  }

  @Test
  void pageFaultOnAnInstructionsSecondPageComesOnlyWhenItIsReached() {
    machine.map(0x2000, 0);
    // nop; mov eax, 1 across the page's end
    machine.put(0x1FFE, new byte[] {(byte) 0x90, (byte) 0xB8, 1, 0, 0, 0});
    machine.s.rip = 0x1FFE;
    assertEquals(1, machine.interpreter.run(1));
    assertTrue(machine.cpu.faultChain.isEmpty());
    assertEquals(0, machine.interpreter.run(1));
    assertEquals(14, fault().vector());
    assertEquals(0x1FFF, fault().rip());
    assertEquals(0x2000, fault().cr2());
  }

  @Test
  void instructionAcrossTwoPagesFollowsBothMappings() {
    machine.put(0x1FFF, new byte[] {(byte) 0xB8, 1, 0, 0, 0});
    machine.put(0x6000, new byte[] {2, 0, 0, 0});
    machine.s.rip = 0x1FFF;
    machine.interpreter.run(1);
    assertEquals(1, machine.r[0]);
    machine.map(0x2000, 0x6007);
    machine.mmu.invlpg(0x2000);
    machine.s.rip = 0x1FFF;
    machine.interpreter.run(1);
    assertEquals(2, machine.r[0]);
  }

  @Test
  void faultInTheMiddleOfABlockHasExactRegistersFlagsAndCount() {
    machine.map(0x30000, 0);
    // add eax, ebx; mov ecx, 7; mov [rdx], eax; add eax, eax; nop
    machine.code("01d8 b907000000 8902 01c0 90");
    machine.r[0] = 0xFFFF_FFFFL;
    machine.r[3] = 1;
    machine.r[2] = 0x30000;
    assertEquals(2, machine.interpreter.run(5));
    assertEquals(TestCpu.CODE + 7, fault().rip());
    assertEquals(0x30000, fault().cr2());
    assertEquals(2, fault().errorCode() & 2);
    assertEquals(2, machine.s.retired);
    assertEquals(0, machine.r[0]);
    assertEquals(7, machine.r[1]);
    assertTrue(machine.s.flags.cf() && machine.s.flags.zf());
  }

  @Test
  void readModifyWriteOfAReadOnlyPageChangesNothing() {
    machine.s.cr0 |= CpuState.CR0_WP;
    machine.mmu.modeChanged();
    machine.map(0x30000, 0x30005);
    machine.ram.write(0x30000, 8, 5);
    machine.code("4801 03".replace(" ", ""));
    machine.r[0] = -5;
    machine.r[3] = 0x30000;
    machine.s.flags.rflags(CpuState.SF);
    assertEquals(0, machine.interpreter.run(1));
    assertEquals(3, fault().errorCode());
    assertEquals(5, machine.ram.read(0x30000, 8));
    assertEquals(CpuState.SF, machine.s.flags.arithmetic());
  }

  @Test
  void slicesOfAnyLengthGiveTheSameRun() {
    TestCpu whole = loop();
    assertEquals(1000, whole.interpreter.run(1000));
    for (int slice : new int[] {1, 2, 3, 5, 7, 100}) {
      TestCpu part = loop();
      for (int done = 0; done < 1000; ) {
        int now = Math.min(slice, 1000 - done);
        assertEquals(now, part.interpreter.run(now));
        done += now;
      }
      assertArrayEquals(
          java.util.Arrays.copyOf(whole.r, 16),
          java.util.Arrays.copyOf(part.r, 16),
          "slices of " + slice);
      assertEquals(whole.s.rip, part.s.rip);
      assertEquals(whole.s.flags.rflags(), part.s.flags.rflags());
      assertEquals(1000, part.s.retired);
    }
  }

  /** L: mov rdx, [rsi]; add rax, rdx; mov [rdi], rax; add edx, 3; dec ecx; jnz L. */
  private static TestCpu loop() {
    TestCpu machine = new TestCpu().code("488b16 4801d0 488907 83c203 ffc9 75f0");
    machine.r[1] = 1_000_000;
    machine.r[6] = TestCpu.DATA;
    machine.r[7] = TestCpu.DATA + 64;
    machine.ram.write(TestCpu.DATA, 8, 5);
    return machine;
  }

  @Test
  void longRepeatFillsEverythingAndCountsOnceForEachGo() {
    machine.code("f3aa");
    machine.r[1] = 20_000;
    machine.r[7] = 0x30000;
    machine.r[0] = 0x5A;
    assertEquals(5, machine.interpreter.run(5), "20,000 in goes of 4096");
    assertEquals(0, machine.r[1]);
    assertEquals(0x5A, machine.ram.read(0x30000 + 19_999, 1));
  }

  @Test
  void singleStepTrapsAfterOneInstruction() {
    machine.code("90 90 90");
    machine.s.flags.rflags(CpuState.TF);
    machine.interpreter.run(3);
    assertEquals(1, fault().vector());
    assertEquals(TestCpu.CODE + 1, fault().rip());
    assertEquals(1 << 14, machine.s.dr[6] & 1 << 14);
  }

  @Test
  void unimplementedInstructionEndsTheRunWhenItIsReachedAndNamesItself() {
    // jmp over; vmread eax,eax; nop
    machine.code("eb03 0f78c0 90 0f78c0");
    assertEquals(2, machine.interpreter.run(2));
    EmulatorError error = assertThrows(EmulatorError.class, () -> machine.interpreter.run(1));
    assertEquals("unimplemented-instruction", error.name());
    assertTrue(
        error.getMessage().contains("0f 78 c0") && error.getMessage().contains("0x1006"),
        error.getMessage());
    assertEquals(0x1006, machine.s.rip);
  }
}
