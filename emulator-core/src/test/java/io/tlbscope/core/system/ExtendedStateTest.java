package io.tlbscope.core.system;

import static io.tlbscope.core.testing.TestMachine.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.testing.TestMachine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** XSAVE's area by the sentences of Intel SDM vol. 1, chapter 13. */
class ExtendedStateTest {
  private static final int XSTATE_BV = 512, XCOMP_BV = 520, X87 = 1, SSE = 2, PKRU = 0x200;
  private static final long COMPACTED = 1L << 63;

  private final TestMachine m = new TestMachine().long64();

  @BeforeEach
  void enable() {
    m.s.cr4 |= CpuState.CR4_OSXSAVE | CpuState.CR4_PKE;
    m.s.xcr0 = X87 | SSE | PKRU;
    wanted(-1);
  }

  @AfterEach
  void close() {
    m.close();
  }

  private void wanted(long components) {
    m.s.r[0] = components & 0xFFFF_FFFFL;
    m.s.r[2] = components >>> 32;
  }

  private String run(Mnemonic mnemonic) {
    return m.exec(mnemonic, 64, at(DATA, 0));
  }

  private long area(int offset) {
    return m.memory.read(DATA + offset, 8);
  }

  @Test
  void xsaveWritesWhatIsAskedForAndKeepsTheRestOfTheHeader() {
    m.s.xmm[2] = 0x1234;
    m.s.pkru = 0x55;
    m.memory.write(DATA + XSTATE_BV, 8, 0x8004);
    m.memory.write(DATA + 2688, 8, -1);
    wanted(X87 | SSE);
    assertEquals("ok", run(Mnemonic.XSAVE));
    assertEquals(0x8004 | SSE | (area(XSTATE_BV) & X87), area(XSTATE_BV));
    assertEquals(0x1234, area(160 + 16));
    assertEquals(-1, area(2688), "PKRU was not asked for");
    wanted(PKRU);
    assertEquals("ok", run(Mnemonic.XSAVE));
    assertEquals(0x55, area(2688));
  }

  @Test
  void xsavecPacksComponentsAndNamesTheFormat() {
    m.s.pkru = 0x55;
    m.s.xmm[0] = 7;
    assertEquals("ok", run(Mnemonic.XSAVEC));
    assertEquals(COMPACTED | X87 | SSE | PKRU, area(XCOMP_BV));
    assertEquals(SSE | PKRU, area(XSTATE_BV) & ~X87);
    assertEquals(0x55, area(576));
  }

  @Test
  void whatWasSavedIsRestoredInBothFormats() {
    for (Mnemonic save : new Mnemonic[] {Mnemonic.XSAVE, Mnemonic.XSAVEOPT, Mnemonic.XSAVEC}) {
      m.s.xmm[31] = 0x77;
      m.s.mxcsr = 0x1F00;
      m.s.pkru = 3;
      m.memory.write(DATA + XCOMP_BV, 8, 0);
      assertEquals("ok", run(save));
      m.s.xmm[31] = m.s.pkru = 0;
      m.s.mxcsr = 0x1F80;
      assertEquals("ok", run(Mnemonic.XRSTOR), save.name());
      assertEquals(0x77, m.s.xmm[31]);
      assertEquals(0x1F00, m.s.mxcsr);
      assertEquals(3, m.s.pkru);
    }
  }

  @Test
  void componentsThatTheHeaderDoesNotNameAreInitialised() {
    m.memory.write(DATA + 24, 4, 0x1F80);
    m.s.xmm[5] = 9;
    m.s.pkru = 9;
    assertEquals("ok", run(Mnemonic.XRSTOR));
    assertEquals(0, m.s.xmm[5]);
    assertEquals(0, m.s.pkru);
  }

  @Test
  void mxcsrIsPartOfSseInTheCompactedFormatOnly() {
    m.s.mxcsr = 0x1F00;
    m.memory.write(DATA + 24, 4, 0x1F81);
    assertEquals("ok", run(Mnemonic.XRSTOR));
    assertEquals(0x1F81, m.s.mxcsr);
    m.memory.write(DATA + XCOMP_BV, 8, COMPACTED | SSE);
    assertEquals("ok", run(Mnemonic.XRSTOR));
    assertEquals(0x1F80, m.s.mxcsr);
  }

  @ParameterizedTest
  @CsvSource({
    "512, 4, a component that XCR0 has not",
    "520, 1, XCOMP_BV in the standard format",
    "528, 1, reserved bytes",
    "24, 0x10000, MXCSR",
    "520, 0x8000000000000004, a format with a component that XCR0 has not",
  })
  void xrstorChecksTheHeader(int offset, String value, String why) {
    m.memory.write(DATA + 24, 4, 0x1F80);
    m.memory.write(DATA + offset, 8, unsigned(value));
    assertEquals("#GP(0)", run(Mnemonic.XRSTOR), why);
  }

  private static long unsigned(String value) {
    return value.startsWith("0x")
        ? Long.parseUnsignedLong(value.substring(2), 16)
        : Long.parseLong(value);
  }

  @Test
  void faultsInTheManualsOrder() {
    assertEquals("#GP(0)", m.exec(Mnemonic.XSAVE, 64, at(DATA + 32, 0)), "alignment");
    assertEquals("#GP(0)", run(Mnemonic.XRSTORS), "XRSTORS needs the compacted format");
    m.s.cr0 |= CpuState.CR0_TS;
    assertEquals("#NM", run(Mnemonic.XSAVE));
    m.s.cr4 &= ~CpuState.CR4_OSXSAVE;
    assertEquals("#UD", run(Mnemonic.XSAVE));
    assertEquals("#UD", m.exec(Mnemonic.XGETBV, 64));
  }

  @ParameterizedTest
  @CsvSource({"0, 0x203, ok", "0, 1, ok", "0, 2, #GP(0)", "0, 7, #GP(0)", "1, 3, #GP(0)"})
  void xsetbvTakesWhatExists(int ecx, String value, String expected) {
    m.s.r[1] = ecx;
    wanted(Long.decode(value));
    assertEquals(expected, m.exec(Mnemonic.XSETBV, 64));
  }

  @Test
  void xgetbvTellsWhatIsEnabledAndWhatIsInUse() {
    m.s.r[1] = 0;
    assertEquals("ok", m.exec(Mnemonic.XGETBV, 64));
    assertEquals(X87 | SSE | PKRU, m.s.r[0]);
    m.s.r[1] = 1;
    m.s.xmm[0] = 1;
    assertEquals("ok", m.exec(Mnemonic.XGETBV, 64));
    assertEquals(SSE, m.s.r[0] & (SSE | PKRU));
  }

  @Test
  void theSizeLeafFollowsXcr0() {
    assertEquals(2696, size());
    m.s.xcr0 = X87 | SSE;
    assertEquals(576, size());
    m.s.r[0] = 0xD;
    m.s.r[1] = 9;
    assertEquals("ok", m.exec(Mnemonic.CPUID, 32));
    assertEquals(8, m.s.r[0]);
    assertEquals(2688, m.s.r[3]);
    assertNotEquals(0, m.s.cpuid.xcr0Bits());
  }

  private long size() {
    m.s.r[0] = 0xD;
    m.s.r[1] = 0;
    assertEquals("ok", m.exec(Mnemonic.CPUID, 32));
    return m.s.r[3];
  }

  @Test
  void pkruIsReadAndWrittenByItsInstructions() {
    m.s.r[1] = 0;
    m.s.r[2] = 0;
    m.s.r[0] = 0x5555_5554L;
    assertEquals("ok", m.exec(Mnemonic.WRPKRU, 64));
    m.s.r[0] = 0;
    assertEquals("ok", m.exec(Mnemonic.RDPKRU, 64));
    assertEquals(0x5555_5554L, m.s.r[0]);
    m.s.r[1] = 1;
    assertEquals("#GP(0)", m.exec(Mnemonic.RDPKRU, 64));
    m.s.cr4 &= ~CpuState.CR4_PKE;
    assertEquals("#UD", m.exec(Mnemonic.RDPKRU, 64));
  }
}
