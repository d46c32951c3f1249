package io.tlbscope.core.translate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.mmu.Mmu;
import io.tlbscope.core.mmu.TlbGeometry;
import io.tlbscope.core.vcpu.Processor;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A region that has the look-aside filled leaves the TLB as the interpreter leaves it: the same
 * entries, filled in the same order.
 */
class RefillTest {
  /**
   *
   *
   * <pre>
   *   imul rax,r8; add rax,r9                       three places in 512 KiB from one number
   *   mov rdx,[rbx+rcx]; xor rdx,rax; mov [rbx+rsi],rdx; add [rbx+rdi],rdx
   *   call +1000h                                   lea rdx,[rdx+1]; inc dword [rbx+64]; ret
   *   movups xmm0,[rbx+rcx]; movups [rbx+rsi+8],xmm0
   *   jmp to the first
   * </pre>
   */
  private static final String LOOP =
      "490fafc04c01c84889c148c1e92881e1f8ff0700488b140b4831c24889c648c1ee1481e6f8ff0700"
          + "488914334889c748c1ef0781e7f8ff07004801143be8be0f00000f10040b0f11443308ebb3";

  private static final String CALLED = "488d5201ff4340c3";
  private static final int BUDGET = 400_000;

  private static CheckedCpu cpu(String tlb, boolean refills) {
    CheckedCpu machine =
        new CheckedCpu(LOOP, code -> code, new Settings(false, 1 << 20, true, refills));
    byte[] called = HexFormat.of().parseHex(CALLED);
    machine.ram.write(CheckedCpu.CODE + 0x1000, called, 0, called.length);
    Processor cpu = machine.cpu;
    cpu.mmu =
        new Mmu(
            cpu,
            cpu.s,
            cpu.fault,
            machine.ram,
            TlbGeometry.parse(tlb),
            () -> cpu.leaveBlock = true);
    cpu.mmu.modeChanged();
    cpu.r[8] = 6364136223846793005L;
    cpu.r[9] = 1442695040888963407L;
    return machine;
  }

  private static List<String> tlb(CheckedCpu machine) {
    return Stream.concat(
            machine.cpu.mmu.tlb().entries().stream(),
            machine.cpu.mmu.tlb().structureEntries().stream())
        .map(Object::toString)
        .collect(Collectors.toList());
  }

  private static byte[] ram(CheckedCpu machine) {
    byte[] bytes = new byte[1 << 20];
    machine.ram.read(0, bytes, 0, bytes.length);
    return bytes;
  }

  private static CheckedCpu same(String tlb) {
    CheckedCpu interpreted = cpu(tlb, false);
    interpreted.interpreter.run(BUDGET);
    CheckedCpu translated = cpu(tlb, true).translated();
    translated.interpreter.run(BUDGET);
    assertEquals(tlb(interpreted), tlb(translated));
    assertArrayEquals(interpreted.cpu.r, translated.cpu.r);
    assertArrayEquals(ram(interpreted), ram(translated));
    return translated;
  }

  /** Accesses that made a region of the machine end, for each that was made. */
  @SuppressWarnings("unchecked")
  private static double missed(CheckedCpu machine) {
    Map<String, Object> report = machine.translator.report(BUDGET);
    long exits = ((Map<String, Long>) report.get("exits")).get("memory");
    return (double) exits / (long) report.get("accesses_in_regions");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "l1d=8x2,l1i=8x2,l2=32x4",
        "l1d=16x16,l1i=2x2,l2=16x2",
        "l1d=1x1,l1i=2x1,l2=64x4,pde=1x1",
        "l1d=4x4,l1i=1x1,l2=8x1,pde=1x1,pdpte=1x1",
        "default",
        "unbounded"
      })
  void theTlbIsTheInterpreters(String tlb) {
    same(tlb);
  }

  @Test
  void accessesThatTheLookAsideMissesStayInTheRegion() {
    // What crosses pages leaves it.
    CheckedCpu translated = same("l1d=8x2,l1i=8x2,l2=32x4");
    assertTrue(missed(translated) < 0.05, "" + missed(translated));
    CheckedCpu without = cpu("l1d=8x2,l1i=8x2,l2=32x4", false).translated();
    without.interpreter.run(BUDGET);
    assertTrue(missed(without) > 0.2, "" + missed(without));
  }
}
