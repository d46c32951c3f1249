package io.tlbscope.core.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.testing.TestMachine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSpecificTest {
  private final TestMachine m = new TestMachine().long64();

  @AfterEach
  void close() {
    m.close();
  }

  private String write(int msr, long value) {
    m.s.r[1] = msr & 0xFFFF_FFFFL;
    m.s.r[0] = value & 0xFFFF_FFFFL;
    m.s.r[2] = value >>> 32;
    return m.exec(Mnemonic.WRMSR, 32);
  }

  private String read(int msr) {
    m.s.r[1] = msr & 0xFFFF_FFFFL;
    return m.exec(Mnemonic.RDMSR, 32);
  }

  @ParameterizedTest(name = "MSR {0} = {1}: {2}")
  @CsvSource({
    "0xC0000082, 0xFFFFFFFF80001000, ok",
    "0xC0000082, 0x8000000000000000, '#GP(0)'",
    "0xC0000100, 0x0000800000000000, '#GP(0)'",
    "0xC0000101, 0x00007FFFFFFFF000, ok",
    "0xC0000084, 0x100000000, '#GP(0)'",
    "0xC0000103, 0x100000000, '#GP(0)'",
    "0xC0000103, 0x7, ok",
    "0x277, 0x0007040600070406, ok",
    "0x277, 0x0007040600070402, '#GP(0)'",
    "0x200, 0x2, '#GP(0)'",
    "0x200, 0xFFFF0006, ok",
    "0x2FF, 0xC06, ok",
    "0x2FF, 0x1000, '#GP(0)'",
    "0xFE, 0x0, '#GP(0)'",
    "0x176, 0x8000000000000000, '#GP(0)'",
    "0xC0000080, 0xD01, ok",
    "0xC0000080, 0x1000, '#GP(0)'",
    "0xC0000080, 0x801, '#GP(0)'",
    "0x1B, 0xFEE00900, '#GP(0)'",
    "0x12345, 0x0, '#GP(0)'",
    "0x1D9, 0x1, '#GP(0)'",
  })
  void writesAreChecked(String msr, String value, String expected) {
    m.s.cr0 |= CpuState.CR0_PG;
    String got =
        write((int) Long.decode(msr).longValue(), Long.parseUnsignedLong(value.substring(2), 16));
    assertEquals(expected, got);
  }

  @ParameterizedTest
  @CsvSource({"0x1B", "0x802", "0x6E0", "0x12345", "0x48", "0xC0010000"})
  void registersThatDoNotExistRaiseGeneralProtection(String msr) {
    assertEquals("#GP(0)", read((int) Long.decode(msr).longValue()));
  }

  @Test
  void amdPerformanceCountersTakeWritesAndCountNothing() {
    m.s.cpuid = CpuidModel.amd(false);
    for (int msr = 0xC001_0000; msr <= 0xC001_0007; msr++) {
      assertEquals("ok", write(msr, 0));
      assertEquals("ok", read(msr));
      assertEquals(0, m.s.r[0]);
    }
    assertEquals("#GP(0)", read(0xC001_0008));
    assertEquals("#GP(0)", read(0x1A0), "MISC_ENABLE is Intel's");
  }

  @Test
  void aWrittenTimeStampGoesOnFromThere() {
    m.now = 1000;
    assertEquals("ok", write(0x10, 5));
    m.now = 1007;
    assertEquals("ok", m.exec(Mnemonic.RDTSC, 32));
    assertEquals(12, m.s.r[0]);
    m.s.tscAux = 3;
    assertEquals("ok", m.exec(Mnemonic.RDTSCP, 32));
    assertEquals(3, m.s.r[1]);
  }

  @Test
  void tsdKeepsTheTimeStampFromUserCode() {
    m.s.cr4 |= CpuState.CR4_TSD;
    assertEquals("ok", m.exec(Mnemonic.RDTSC, 32));
    m.user();
    assertEquals("#GP(0)", m.exec(Mnemonic.RDTSC, 32));
    assertEquals("#GP(0)", m.exec(Mnemonic.RDTSCP, 32));
  }

  @Test
  void basesOfFsAndGsAreTheSegmentRegisters() {
    assertEquals("ok", write(0xC000_0101, 0x7000_0000_0000L));
    assertEquals(0x7000_0000_0000L, m.s.r[CpuState.SEGMENT_BASES + 5]);
    assertEquals("ok", write(0xC000_0102, 0x1000));
    assertEquals("ok", m.exec(Mnemonic.SWAPGS, 64));
    assertEquals(0x1000, m.cpu.segmentBase(5));
    assertEquals(0x7000_0000_0000L, m.s.kernelGsBase);
  }

  @Test
  void userCodeMayNotTouchAny() {
    m.user();
    assertEquals("#GP(0)", read(0x10));
    assertEquals("#GP(0)", write(0xC000_0102, 0));
    assertEquals("#GP(0)", m.exec(Mnemonic.SWAPGS, 64));
  }
}
