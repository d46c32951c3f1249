package io.tlbscope.core.system;

import static io.tlbscope.core.testing.TestMachine.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.RegisterFile;
import io.tlbscope.core.testing.TestMachine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlRegistersTest {
  private final TestMachine m = new TestMachine();

  @AfterEach
  void close() {
    m.close();
  }

  private String write(int cr, long value) {
    m.s.r[0] = value;
    int bits = m.s.code64() ? 64 : 32;
    return m.exec(Mnemonic.MOV, bits, register(RegisterFile.CONTROL, cr, bits), gpr(0, bits));
  }

  @ParameterizedTest(name = "CR{0} = {1}: {3}")
  @CsvSource({
    "0, 0x80000033, #GP(0), PG with EFER.LME needs PAE",
    "0, 0x80000010, #GP(0), PG without PE",
    "0, 0x20000011, #GP(0), NW without CD",
    "0, 0x60000011, ok, NW with CD",
    "4, 0x400000, ok, PKE outside long mode",
    "4, 0x1000, #GP(0), LA57 does not exist",
    "4, 0x80000, #GP(0), KL does not exist",
    "4, 0x20000, #GP(0), PCIDE outside long mode",
    "4, 0x750FBF, ok, every bit that exists but PCIDE",
    "3, 0x7000, ok, any page",
  })
  void protectedModeRules(int cr, String value, String expected, String why) {
    m.protected32();
    m.s.efer = CpuState.EFER_LME;
    assertEquals(expected, write(cr, Long.decode(value)), why);
  }

  @ParameterizedTest(name = "CR{0} = {1}: {3}")
  @CsvSource({
    "0, 0x00000033, #GP(0), PG cannot be cleared in 64-bit code",
    "0, 0x80000032, #GP(0), PE cannot be cleared with PG",
    "0, 0x180000033, #GP(0), bit 32",
    "0, 0x8005003B, ok, what kernels use",
    "3, 0x8000000000005000, #GP(0), bit 63 without PCIDE",
    "3, 0x400000005000, #GP(0), beyond the physical width",
    "3, 0x5018, ok, PWT and PCD",
    "4, 0x680, #GP(0), PAE cannot be cleared",
    "4, 0x206A0, ok, PCIDE with PCID 0",
    "4, 0x1000006A0, #GP(0), upper half",
    "8, 0xF, ok, the highest priority",
    "8, 0x10, #GP(0), bits 63 to 4",
  })
  void longModeRules(int cr, String value, String expected, String why) {
    m.long64();
    assertEquals(expected, write(cr, Long.parseUnsignedLong(value.substring(2), 16)), why);
  }

  @Test
  void pcidsNeedACleanCr3AndThenAllowBit63() {
    m.long64();
    m.s.cr3 |= 0x18;
    assertEquals("#GP(0)", write(4, 0x206A0));
    m.s.cr3 = PML4;
    assertEquals("ok", write(4, 0x206A0));
    assertEquals("ok", write(3, 1L << 63 | PML4 | 5));
    assertEquals(PML4 | 5, m.s.cr3, "bit 63 is not kept");
    assertEquals(5, m.cpu.pcid());
  }

  @Test
  void pdptesWithReservedBitsFaultBeforeAnyControlRegisterChanges() {
    m.protected32();
    m.memory.write(0x9000, 8, 0xA000 | 3);
    m.memory.write(0xB000, 8, 0);
    long off = m.s.cr0;
    m.s.cr4 = CpuState.CR4_PAE;
    m.s.cr3 = 0x9000;
    m.cpu.mmu.modeChanged();
    assertEquals("#GP(0)", write(0, off | CpuState.CR0_PG), "R/W is reserved in a PDPTE");
    assertEquals(off, m.s.cr0);
    m.s.cr3 = 0xB000;
    assertEquals("ok", write(0, off | CpuState.CR0_PG));
    assertEquals("#GP(0)", write(3, 0x9000));
    assertEquals(0xB000, m.s.cr3);
    m.memory.write(0xB000, 8, 0x20 | 1);
    assertEquals("#GP(0)", write(4, CpuState.CR4_PAE | CpuState.CR4_PGE));
    assertEquals(CpuState.CR4_PAE, m.s.cr4);
    assertEquals("ok", write(4, CpuState.CR4_PAE | CpuState.CR4_OSFXSR), "no bit that loads them");
  }

  @Test
  void userCodeMayTouchNone() {
    m.long64().user();
    for (int cr : new int[] {0, 2, 3, 4, 8}) {
      assertEquals("#GP(0)", write(cr, 0));
      assertEquals(
          "#GP(0)", m.exec(Mnemonic.MOV, 64, gpr(1, 64), register(RegisterFile.CONTROL, cr, 64)));
    }
  }

  @Test
  void pagingWithLmeActivatesLongModeAndClearingItFromCompatibilityCodeLeaves() {
    m.long64();
    m.s.cr0 = CpuState.CR0_PE | CpuState.CR0_ET;
    m.s.efer = CpuState.EFER_LME;
    m.compatibility(0);
    m.cpu.mmu.modeChanged();
    assertEquals("ok", write(0, 0x8000_0011L));
    assertTrue(m.s.longModeActive());
    assertEquals("ok", write(0, 0x11));
    assertEquals(CpuState.EFER_LME, m.s.efer);
  }

  @Test
  void aSixtyFourBitCodeSegmentForbidsTheActivation() {
    m.long64();
    m.s.cr0 = CpuState.CR0_PE | CpuState.CR0_ET;
    m.s.efer = CpuState.EFER_LME;
    m.cpu.mmu.modeChanged();
    assertEquals("#GP(0)", write(0, 0x8000_0011L));
  }

  @Test
  void lmswSetsProtectionButDoesNotClearIt() {
    m.real();
    m.s.r[0] = 1;
    assertEquals("ok", m.exec(Mnemonic.LMSW, 16, gpr(0, 16)));
    assertTrue(m.s.protectedMode());
    m.s.r[0] = 8;
    assertEquals("ok", m.exec(Mnemonic.LMSW, 16, gpr(0, 16)));
    assertTrue(m.s.protectedMode());
    assertEquals(CpuState.CR0_TS, m.s.cr0 & CpuState.CR0_TS);
    assertEquals("ok", m.exec(Mnemonic.CLTS, 16));
    assertEquals(0, m.s.cr0 & CpuState.CR0_TS);
  }

  @Test
  void umipKeepsTableRegistersFromUserCode() {
    m.long64().user();
    Mnemonic[] stores = {Mnemonic.SGDT, Mnemonic.SIDT, Mnemonic.SLDT, Mnemonic.STR, Mnemonic.SMSW};
    for (Mnemonic store : stores) {
      assertEquals(
          "ok",
          m.exec(store, 64, at(DATA, store == Mnemonic.SGDT || store == Mnemonic.SIDT ? 80 : 16)),
          store.name());
    }
    m.s.cr4 |= CpuState.CR4_UMIP;
    for (Mnemonic store : stores) {
      assertEquals("#GP(0)", m.exec(store, 64, at(DATA, 16)), store.name());
    }
  }

  @Test
  void generalDetectRaisesADebugExceptionOnAnyAccess() {
    m.long64();
    m.s.r[0] = 1 << 13;
    assertEquals("ok", m.exec(Mnemonic.MOV, 64, register(RegisterFile.DEBUG, 7, 64), gpr(0, 64)));
    assertEquals("#DB", m.exec(Mnemonic.MOV, 64, gpr(0, 64), register(RegisterFile.DEBUG, 6, 64)));
    assertEquals(1 << 13, m.s.dr[6] & 1 << 13);
  }

  @Test
  void debugRegistersFourAndFiveAreOtherNamesUntilDeForbidsThem() {
    m.long64();
    assertEquals("ok", m.exec(Mnemonic.MOV, 64, gpr(0, 64), register(RegisterFile.DEBUG, 4, 64)));
    assertEquals(m.s.dr[6], m.s.r[0]);
    m.s.cr4 |= CpuState.CR4_DE;
    assertEquals("#UD", m.exec(Mnemonic.MOV, 64, gpr(0, 64), register(RegisterFile.DEBUG, 4, 64)));
  }

  @Test
  void everyKindOfBreakpointCanBeEnabled() {
    m.long64();
    m.s.r[0] = 0x402;
    assertEquals("ok", m.exec(Mnemonic.MOV, 64, register(RegisterFile.DEBUG, 7, 64), gpr(0, 64)));
    assertTrue(m.s.breakpoints.executions);
    assertFalse(m.s.breakpoints.armed);
    m.s.r[0] = 0xD0402;
    assertEquals("ok", m.exec(Mnemonic.MOV, 64, register(RegisterFile.DEBUG, 7, 64), gpr(0, 64)));
    assertTrue(m.s.breakpoints.armed);
    assertFalse(m.s.breakpoints.executions);
  }

  @Test
  void fiveLevelPagingIsChosenBeforeLongModeOnly() {
    m.protected32();
    m.s.cpuid = CpuidModel.intelLa57();
    assertEquals("ok", write(4, CpuState.CR4_LA57 | CpuState.CR4_PAE));
    m.long64();
    m.s.cpuid = CpuidModel.intelLa57();
    assertEquals("#GP(0)", write(4, m.s.cr4 | CpuState.CR4_LA57));
  }
}
