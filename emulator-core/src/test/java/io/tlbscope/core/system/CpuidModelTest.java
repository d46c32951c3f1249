package io.tlbscope.core.system;

import static io.tlbscope.core.testing.TestMachine.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.testing.TestMachine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * CPUID tells exactly what works: a feature's bit is set if and only if its instruction is no #UD.
 */
class CpuidModelTest {
  private static final int EAX = 0, EBX = 3, ECX = 1, EDX = 2;

  private final TestMachine m = new TestMachine().long64();

  @AfterEach
  void close() {
    m.close();
  }

  private long leaf(int leaf, int subleaf, int register) {
    m.s.r[0] = leaf & 0xFFFF_FFFFL;
    m.s.r[1] = subleaf;
    assertEquals("ok", m.exec(Mnemonic.CPUID, 32));
    return m.s.r[register];
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "TSC, 1, EDX, 4, RDTSC",
    "MSR, 1, EDX, 5, RDMSR",
    "SEP, 1, EDX, 11, SYSENTER",
    "CLFSH, 1, EDX, 19, CLFLUSH",
    "FXSR, 1, EDX, 24, FXSAVE",
    "SSE, 1, EDX, 25, LDMXCSR",
    "MONITOR, 1, ECX, 3, MWAIT",
    "XSAVE, 1, ECX, 26, XSAVE",
    "OSXSAVE, 1, ECX, 27, XGETBV",
    "OSPKE, 7, ECX, 4, RDPKRU",
    "XSAVEOPT, 0xD, EAX, 0, XSAVEOPT",
    "XSAVEC, 0xD, EAX, 1, XSAVEC",
    "XSAVES, 0xD, EAX, 3, XSAVES",
    "CLWB, 7, EBX, 24, CLWB",
    "RDRAND, 1, ECX, 30, RDRAND",
    "RDSEED, 7, EBX, 18, RDSEED",
    "FSGSBASE, 7, EBX, 0, RDFSBASE",
    "INVPCID, 7, EBX, 10, INVPCID",
    "ADX, 7, EBX, 19, ADCX",
    "SMAP, 7, EBX, 20, STAC",
    "CLFLUSHOPT, 7, EBX, 23, CLFLUSHOPT",
    "RDPID, 7, ECX, 22, RDPID",
    "SYSCALL, 0x80000001, EDX, 11, SYSCALL",
    "RDTSCP, 0x80000001, EDX, 27, RDTSCP",
    "INVLPGB, 0x80000008, EBX, 3, INVLPGB",
  })
  void aFeatureBitIsSetExactlyWhenItsInstructionWorks(
      String name, String leaf, String register, int bit, Mnemonic mnemonic) {
    int n =
        switch (register) {
          case "EAX" -> EAX;
          case "EBX" -> EBX;
          case "ECX" -> ECX;
          default -> EDX;
        };
    m.s.cr4 |= CpuState.CR4_OSXSAVE | CpuState.CR4_PKE;
    int number = (int) Long.decode(leaf).longValue();
    boolean told = (leaf(number, number == 0xD ? 1 : 0, n) >>> bit & 1) != 0;
    assertEquals(told, !works(mnemonic).equals("#UD"), name);
  }

  private String works(Mnemonic mnemonic) {
    m.s.cr4 |= CpuState.CR4_FSGSBASE;
    m.s.r[0] = 0;
    m.s.r[1] = 0;
    Operand[] operands =
        switch (mnemonic) {
          case CLFLUSH, CLFLUSHOPT, CLWB -> new Operand[] {at(DATA, 8)};
          case FXSAVE, XSAVE, XSAVEOPT, XSAVEC, XSAVES -> new Operand[] {at(DATA, 0)};
          case LDMXCSR -> new Operand[] {at(DATA, 32)};
          case RDFSBASE, RDPID, RDRAND, RDSEED -> new Operand[] {gpr(8, 64)};
          case ADCX -> new Operand[] {gpr(0, 64), gpr(1, 64)};
          case INVPCID -> new Operand[] {gpr(0, 64), at(DATA, 128)};
          default -> new Operand[0];
        };
    return m.exec(mnemonic, 64, operands);
  }

  @Test
  void theBitsLinuxNeedsAreThereAndThoseOfAPluginAreNot() {
    long edx = leaf(1, 0, EDX);
    long needed = 1 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 15 | 1 << 24 | 1 << 25 | 1 << 26;
    assertEquals(needed, edx & needed);
    assertEquals(0, edx & 1 << 9, "no local APIC in the core");
    assertEquals(0, leaf(1, 0, ECX) & (1 << 21 | 1 << 24), "no x2APIC, no TSC deadline");
    assertEquals(0, leaf(0xB, 0, EBX));
  }

  @Test
  void everyControlBitThatCpuidTellsOfCanBeSet() {
    long bits =
        CpuState.CR4_PGE
            | CpuState.CR4_PSE
            | CpuState.CR4_PCIDE
            | CpuState.CR4_SMEP
            | CpuState.CR4_SMAP
            | CpuState.CR4_UMIP
            | CpuState.CR4_FSGSBASE
            | CpuState.CR4_DE;
    assertEquals(bits, m.s.cpuid.cr4Bits() & bits);
    assertNotEquals(0, leaf(1, 0, ECX) & 1 << 17);
    assertNotEquals(0, leaf(7, 0, EBX) & 1 << 7);
    assertNotEquals(0, leaf(7, 0, ECX) & 1 << 2);
  }

  @Test
  void namesReadAsText() {
    assertEquals("GenuineIntel", text(0, EBX, EDX, ECX));
    assertEquals("tlbscope", text(0x4000_0000, EBX, ECX, EDX));
    m.s.cpuid = CpuidModel.amd(true);
    assertEquals("AuthenticAMD", text(0, EBX, EDX, ECX));
    assertEquals(1 << 3, leaf(0x8000_0008, 0, EBX));
  }

  private String text(int leaf, int... registers) {
    leaf(leaf, 0, EAX);
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    for (int register : registers) {
      bytes.putInt((int) m.s.r[register]);
    }
    return new String(bytes.array(), StandardCharsets.US_ASCII).replace("\0", "");
  }

  @Test
  void subleavesOfTheCacheLeafEnd() {
    assertNotEquals(0, leaf(4, 0, EAX) & 31);
    assertNotEquals(0, leaf(4, 2, EAX) & 31);
    assertEquals(0, leaf(4, 3, EAX) & 31);
    assertEquals(0, leaf(7, 1, EBX));
  }
}
