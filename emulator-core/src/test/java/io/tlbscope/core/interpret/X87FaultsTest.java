package io.tlbscope.core.interpret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.X87State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When x87 and MMX instructions fault, and what they leave behind (Intel SDM vol. 1, 8.7). */
class X87FaultsTest {
  private static final String FLD1 = "d9e8",
      FLDZ = "d9ee",
      FDIVP = "def9",
      FLDCW = "d92c2500000100";

  private TestCpu machine;
  private X87State x87;

  @BeforeEach
  void start() {
    machine = new TestCpu();
    machine.s.cr0 |= CpuState.CR0_NE | CpuState.CR0_MP;
    x87 = machine.s.x87;
  }

  /** Runs instructions until one faults. */
  private int vector(String code, int count) {
    machine.code(code);
    machine.s.rip = TestCpu.CODE;
    return machine.interpreter.again(count) < count ? machine.cpu.fault.vector() : -1;
  }

  @ParameterizedTest(name = "CR0 |= {0}: {1}")
  @CsvSource({
    "8, d9e8, 7",
    "4, d9e8, 7",
    "8, dbe3, 7",
    "4, dfe0, 7",
    "8, 9b, 7",
    "4, 9b, -1",
    "8, 0f6fc1, 7",
    "4, 0f6fc1, 6",
    "4, 0f77, 6",
    "8, dd3425 00000100, 7",
    "0, d9e8, -1"
  })
  void aUnitThatIsOffFaults(int cr0, String code, int vector) {
    machine.s.cr0 |= cr0;
    assertEquals(vector, vector(code, 1));
  }

  @Test
  void anUnmaskedExceptionComesAtTheNextWaitingInstruction() {
    machine.ram.write(TestCpu.DATA, 2, 0x37B);
    String divide = FLDCW + FLD1 + FLDZ + FDIVP;
    assertEquals(
        -1, vector(divide + "dfe0" + "d93c2510000100", 6), "FNSTSW and FNSTCW do not wait");
    assertEquals(0x8084, machine.r[0] & 0x80FF);
    assertEquals(GuestFault.MF, vector("9b", 1));
    assertEquals(TestCpu.CODE, machine.s.rip, "a fault");
    assertEquals(GuestFault.MF, vector("0f6fc1", 1), "MMX instructions wait too");
    assertEquals(-1, vector("dbe2 9b", 2), "FNCLEX takes it away");
  }

  @Test
  void withoutNumericErrorsTheOldWayIsNamed() {
    machine.s.cr0 &= ~CpuState.CR0_NE;
    machine.ram.write(TestCpu.DATA, 2, 0x37B);
    machine.code(FLDCW + FLD1 + FLDZ + FDIVP + FLD1);
    EmulatorError error = assertThrows(EmulatorError.class, () -> machine.interpreter.again(5));
    assertEquals("x87-ferr", error.name());
  }

  @Test
  void aStoreThatFaultsNeitherPopsNorSetsFlags() {
    x87.initialise(X87State.INITIAL);
    // 1 / 3, stored as a float, is inexact.
    machine.map(0x50000, 0);
    machine.ram.write(TestCpu.DATA, 4, 3);
    assertEquals(-1, vector(FLD1 + "da342500000100", 2));
    assertEquals(0x20, x87.status & 0xFF);
    x87.status = 0;
    assertEquals(GuestFault.PF, vector("d91c2500000500", 1));
    assertEquals(0, x87.status);
    assertEquals(7, x87.top);
    assertEquals(GuestFault.PF, vector("db3c25f8ff0400", 1), "80 bits across a page");
    assertEquals(7, x87.top);
    assertEquals(0, machine.ram.read(0x4FFF8, 8));
  }

  @Test
  void theExceptionsPlaceIsNoted() {
    x87.initialise(X87State.INITIAL);
    machine.ram.write(TestCpu.DATA, 2, 0x37B);
    machine.ram.write(TestCpu.DATA + 0x20, 4, 0);
    // fdiv dword [0x10020]
    assertEquals(-1, vector(FLDCW + FLD1 + "d8342520000100" + "dd342500010100", 4));
    long at = TestCpu.DATA + 0x100;
    assertEquals(TestCpu.CODE + 9, machine.ram.read(at + 12, 4));
    assertEquals(0x034 << 16, machine.ram.read(at + 16, 4), "opcode D8 34, no selector");
    assertEquals(TestCpu.DATA + 0x20, machine.ram.read(at + 20, 4));
    assertEquals(0x37F, x87.control, "FNSAVE initialises");
    assertEquals(0, x87.used);
  }

  @Test
  void realModeSavesLinearPointers() {
    machine.mode(16);
    machine.s.cr0 &= ~CpuState.CR0_PE;
    machine.s.segments[1].base = 0x1_2340;
    machine.s.segments[1].attributes = 0x9B;
    machine.s.refreshSegmentBases();
    x87.initialise(0x37B);
    machine.put(0x1_2340 + 0x100, java.util.HexFormat.of().parseHex("d9e8d9eedef9" + "d9360060"));
    machine.s.rip = 0x100;
    machine.interpreter.again(4);
    assertEquals(0x2444, machine.ram.read(0x6006, 2), "FIP 15..0");
    assertEquals(1 << 12 | 0x6F9, machine.ram.read(0x6008, 2), "FIP 19..16, opcode");
  }

  @Test
  void mmxInstructionsTakeTheStackAndEmmsGivesItBack() {
    x87.initialise(X87State.INITIAL);
    machine.r[0] = 0x1122_3344_5566_7788L;
    assertEquals(-1, vector(FLD1 + "480f6ed8", 2));
    assertEquals(0xFF, x87.used);
    assertEquals(0, x87.top);
    assertEquals(0x1122_3344_5566_7788L, x87.significand[3]);
    assertEquals(0xFFFF, x87.signExponent[3]);
    assertEquals(-1, vector("0f77", 1));
    assertEquals(0, x87.used);
  }

  @Test
  void tagsFollowFromWhatTheRegistersHold() {
    x87.initialise(X87State.INITIAL);
    // fld1; fldz; fldz; fldcw; fdivp (a NaN with invalid masked)
    machine.ram.write(TestCpu.DATA, 2, 0x37F);
    assertEquals(-1, vector(FLD1 + FLDZ + FLDZ + FLDZ + FDIVP + "d9342500010100", 6));
    assertEquals(
        0xFFFF_0000L | 0b00_01_10_11_11_11_11_11, machine.ram.read(TestCpu.DATA + 0x108, 4));
  }
}
