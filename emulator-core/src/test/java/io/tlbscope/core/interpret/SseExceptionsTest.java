package io.tlbscope.core.interpret;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MXCSR: rounding, DAZ, FTZ, exception flags and #XM (Intel SDM vol. 1, 10.2.3 and 11.5). */
class SseExceptionsTest {
  private static final String ADDPD = "660f58c1", DIVSD = "f20f5ec1", MULSD = "f20f59c1";
  private static final double ONE = 1, THREE = 3, DENORMAL = 0x1p-1030;

  private TestCpu machine;

  @BeforeEach
  void start() {
    machine = new TestCpu();
    machine.s.cr4 |= CpuState.CR4_OSFXSR | CpuState.CR4_OSXMMEXCPT;
  }

  /** Runs one instruction on XMM0 and XMM1. */
  private int vector(String code) {
    machine.code(code);
    machine.s.rip = TestCpu.CODE;
    return machine.interpreter.again(1) == 0 ? machine.cpu.fault.vector() : -1;
  }

  private void low(double xmm0, double xmm1) {
    machine.s.xmm[0] = Double.doubleToRawLongBits(xmm0);
    machine.s.xmm[2] = Double.doubleToRawLongBits(xmm1);
  }

  private double low() {
    return Double.longBitsToDouble(machine.s.xmm[0]);
  }

  @ParameterizedTest(name = "1 / 3 with MXCSR {0}")
  @CsvSource({
    "1f80, 3fd5555555555555",
    "3f80, 3fd5555555555555",
    "5f80, 3fd5555555555556",
    "7f80, 3fd5555555555555"
  })
  void everyRoundingIsHad(String mxcsr, String quotient) {
    machine.s.mxcsr = Integer.parseInt(mxcsr, 16);
    low(ONE, THREE);
    assertEquals(-1, vector(DIVSD));
    assertEquals(quotient, Long.toHexString(machine.s.xmm[0]));
    assertEquals(Integer.parseInt(mxcsr, 16) | 0x20, machine.s.mxcsr);
  }

  @ParameterizedTest(name = "MXCSR {0}, {1} op {2}: {3}, {4}")
  @CsvSource({
    // Invalid, denormal operand, zero divide, overflow, underflow, exact and inexact.
    "1f80, f20f58c1, Infinity, -Infinity, NaN, 1f81",
    "1f80, f20f58c1, 0x1p-1030, 0x1p-1030, 0x1p-1029, 1f82",
    "1f80, f20f5ec1, 1, -0.0, -Infinity, 1f84",
    "1f80, f20f59c1, 0x1p1000, 0x1p1000, Infinity, 1fa8",
    "7f80, f20f59c1, 0x1p1000, 0x1p1000, 0x1.fffffffffffffp1023, 7fa8",
    "1f80, f20f59c1, 0x1p-1000, 0x1p-30, 0x1p-1030, 1f80",
    "1f80, f20f59c1, 0x1p-1000, 0x1p-80, 0, 1fb0",
    "1f80, f20f51c1, 5, -1, NaN, 1f81",
    // DAZ: neither #D nor a value; FTZ: tiny results are zeros.
    "1fc0, f20f58c1, 0x1p-1030, 1, 1, 1fc0",
    "9f80, f20f59c1, -0x1p-1000, 0x1p-30, -0.0, 9fb0",
    // ROUNDSD down, and ROUNDSD up that tells nobody.
    "1f80, 660f3a0bc101, 0, -1.5, -2, 1fa0",
    "1f80, 660f3a0bc10a, 0, 1.5, 2, 1f80",
  })
  void masked(String mxcsr, String code, double first, double second, double result, String after) {
    machine.s.mxcsr = Integer.parseInt(mxcsr, 16);
    low(first, second);
    assertEquals(-1, vector(code));
    assertEquals(result, low());
    assertEquals(after, Integer.toHexString(machine.s.mxcsr));
  }

  @Test
  void anUnmaskedExceptionWritesNothingButItsFlag() {
    machine.s.mxcsr = 0x1D80;
    low(ONE, 0);
    assertEquals(GuestFault.XM, vector(DIVSD));
    assertEquals(ONE, low());
    assertEquals(0x1D84, machine.s.mxcsr);
    assertEquals(TestCpu.CODE, machine.s.rip, "a fault");
  }

  @Test
  void withoutOsxmmexcptItIsUndefined() {
    machine.s.cr4 &= ~CpuState.CR4_OSXMMEXCPT;
    machine.s.mxcsr = 0x1D80;
    low(ONE, 0);
    assertEquals(GuestFault.UD, vector(DIVSD));
    assertEquals(0x1D84, machine.s.mxcsr);
  }

  @Test
  void aFlagThatIsSetRaisesNothing() {
    machine.s.mxcsr = 0x3F;
    low(ONE, ONE);
    assertEquals(-1, vector(MULSD));
    assertEquals(0x3F, machine.s.mxcsr);
  }

  /** The low lane is inexact, the high one has a denormal operand. */
  @Test
  void anUnmaskedExceptionBeforeTheOperationHidesThoseAfterItInAllLanes() {
    low(ONE, 0x1p-80);
    machine.s.xmm[1] = Double.doubleToRawLongBits(DENORMAL);
    machine.s.xmm[3] = Double.doubleToRawLongBits(ONE);
    machine.s.mxcsr = 0x1E80;
    assertEquals(GuestFault.XM, vector(ADDPD));
    assertEquals(0x1E82, machine.s.mxcsr);
    machine.s.mxcsr = 0x0F80;
    assertEquals(GuestFault.XM, vector(ADDPD));
    assertEquals(0x0FA2, machine.s.mxcsr, "#P of the low lane");
    assertEquals(ONE, low());
    machine.s.mxcsr = 0x1F80;
    assertEquals(-1, vector(ADDPD));
    assertEquals(0x1FA2, machine.s.mxcsr);
  }

  @Test
  void comparisonsTellQuietNansOrNot() {
    low(Double.NaN, ONE);
    assertEquals(-1, vector("660f2ec1"));
    assertEquals(0x1F80, machine.s.mxcsr, "UCOMISD");
    assertEquals(-1, vector("660f2fc1"));
    assertEquals(0x1F81, machine.s.mxcsr, "COMISD");
    machine.s.mxcsr = 0x1F00;
    machine.s.flags.rflags(0x202);
    assertEquals(GuestFault.XM, vector("660f2fc1"));
    assertEquals(0x202, machine.s.flags.rflags(), "flags as they were");
  }

  @Test
  void whatDoesNotFitAnIntegerIsInvalidAlone() {
    low(0, 0x1.8p31);
    assertEquals(-1, vector("f20f2dc1"));
    assertEquals(0x8000_0000L, machine.r[0]);
    assertEquals(0x1F81, machine.s.mxcsr);
    machine.s.mxcsr = 0x5F80;
    low(0, -1.5);
    assertEquals(-1, vector("f20f2dc1"));
    assertEquals(0xFFFF_FFFFL, machine.r[0], "up");
    assertEquals(0x5FA0, machine.s.mxcsr);
  }
}
