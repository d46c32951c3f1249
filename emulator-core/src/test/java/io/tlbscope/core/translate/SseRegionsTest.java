package io.tlbscope.core.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Translated SSE arithmetic does what the interpreter does, MXCSR's flags included: numbers that
 * become denormal, zero, infinite and NaN while a region runs, and those it finds so.
 */
class SseRegionsTest {
  /**
   * Adds, subtracts, multiplies and divides; compares; loads what the numbers are changed by from
   * [rbx] on.
   *
   * <pre>
   *   mulsd xmm0,[rbx]   addsd xmm1,xmm0   divsd xmm2,[rbx+8]   subsd xmm3,xmm2
   *   ucomisd xmm1,xmm3  setb al           comisd xmm0,[rbx+16] adc ecx,eax
   *   mulps xmm4,[rbx+32]  addpd xmm5,xmm4 cvtsd2ss xmm6,xmm2   sqrtsd xmm7,xmm1
   *   movsd xmm0,[rbx+24] unless ++edx &amp; 63        jmp to the first
   * </pre>
   */
  private static final String LOOP =
      "f20f5903 f20f58c8 f20f5e5308 f20f5cda"
          + "660f2ecb 0f92c0 660f2f4310 11c1"
          + "0f596320 660f58ec f20f5af2 f20f51f9"
          + "ffc2 f6c23f 7505 f20f104318 ebc3";

  private static final long BUDGET = 60_000;

  @ParameterizedTest(name = "MXCSR {0}, times {1}, by {2}, again from {3}")
  @CsvSource({
    "1f80, 0.5, 3, 1",
    "1fa0, 0.5, 3, 1",
    "1fa0, 0x1p-20, 0x1p40, 1",
    "1fa0, 0x1p20, 0x1p-30, 1",
    "1f80, -2, 0.5, 0x1p-1030",
    "1fa0, 1.000001, 1, 0x1p-1022",
    "1fa0, 0, 7, 5",
    "1f80, 1, 1, 0x1p-1074",
    "1fa0, Infinity, 2, 0",
    "1fa0, NaN, 2, 1",
    "1f80, 3, 0, 1",
    "9fc0, 0x1p-20, 0x1p40, 1",
    "9fe0, 0.7, 3, 0x1p-1030",
    "3f80, 0.7, 3, 1",
    "5fa0, 0.7, -3, 1",
    "7fa0, 0.7, 3, -1",
  })
  void regionsAgreeWithTheInterpreter(String mxcsr, double times, double by, double again) {
    CheckedCpu machine = new CheckedCpu(LOOP, UnaryOperator.identity()).checked();
    CpuState s = machine.cpu.s;
    s.cr4 |= CpuState.CR4_OSFXSR | CpuState.CR4_OSXMMEXCPT;
    s.mxcsr = Integer.parseInt(mxcsr, 16);
    double[] memory = {times, by, 0.25, again, times * by, 0x1.8000003p7};
    for (int i = 0; i < memory.length; i++) {
      machine.ram.write(CheckedCpu.DATA + 8 * i, 8, Double.doubleToRawLongBits(memory[i]));
    }
    for (int i = 0; i < 16; i++) {
      s.xmm[i] = Double.doubleToRawLongBits(1 + i * 0.125);
    }
    assertEquals(BUDGET, machine.interpreter.run(BUDGET));
    Object inRegions = machine.translator.report(BUDGET).get("instructions_in_regions");
    assertTrue((long) inRegions > BUDGET / 2, "a region ran");
  }
}
