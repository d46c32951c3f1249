package io.tlbscope.core.system;

import static io.tlbscope.core.testing.TestMachine.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.RegisterFile;
import io.tlbscope.core.testing.TestMachine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentRegistersTest {
  private final TestMachine m = new TestMachine();

  @AfterEach
  void close() {
    m.close();
  }

  private String load(int segment, int selector) {
    m.s.r[0] = selector;
    return m.exec(Mnemonic.MOV, 16, register(RegisterFile.SEGMENT, segment, 16), gpr(0, 16));
  }

  @ParameterizedTest(name = "sreg {0} = {1}: {2}")
  @CsvSource({
    "3, 0x0, ok",
    "3, 0x18, ok",
    "3, 0x1B, #GP(18)",
    "3, 0x2B, ok",
    "3, 0x60, ok",
    "3, 0x10, ok",
    "3, 0x38, #GP(38)",
    "3, 0x50, #NP(50)",
    "3, 0x80, #GP(80)",
    "3, 0x1C, #GP(1c)",
    "2, 0x0, #GP(0)",
    "2, 0x18, ok",
    "2, 0x60, #GP(60)",
    "2, 0x2B, #GP(28)",
    "2, 0x50, #SS(50)",
    "2, 0x10, #GP(10)",
    "1, 0x10, #UD",
  })
  void protectedModeChecks(int segment, String selector, String expected) {
    m.protected32();
    int before = m.s.segments[segment].selector;
    assertEquals(expected, load(segment, Integer.decode(selector)));
    assertEquals(
        expected.equals("ok") ? Integer.decode(selector) : before, m.s.segments[segment].selector);
  }

  @Test
  void userCodeMayNotLoadKernelData() {
    m.long64().user();
    assertEquals("#GP(18)", load(Segment.DS, DATA0));
    assertEquals("ok", load(Segment.DS, CONFORMING));
  }

  @Test
  void aNullStackSelectorIsAllowedInSixtyFourBitKernelCode() {
    m.long64();
    assertEquals("ok", load(Segment.SS, 0));
    m.user();
    assertEquals("#GP(0)", load(Segment.SS, 3));
  }

  @Test
  void loadingTheStackSegmentCastsAShadow() {
    m.protected32();
    assertEquals("ok", load(Segment.SS, DATA0));
    assertTrue(m.s.interruptShadow);
  }

  @Test
  void loadingSetsTheAccessedBitInTheTable() {
    m.protected32();
    m.descriptor(SPARE, 0x00CF_9200_0000_FFFFL);
    assertEquals("ok", load(Segment.ES, SPARE));
    assertEquals(0x93, m.memory.read(GDT + SPARE + 5, 1));
  }

  @Test
  void realModeShiftsTheSelectorAndKeepsTheLimit() {
    m.real();
    m.s.segments[Segment.DS].limit = 0xFFFF_FFFFL;
    assertEquals("ok", load(Segment.DS, 0x1234));
    assertEquals(0x12340, m.s.r[CpuState.SEGMENT_BASES + Segment.DS]);
    assertEquals(0xFFFF_FFFFL, m.s.segments[Segment.DS].limit);
  }

  @Test
  void pushAndPopMoveTheWholeSlot() {
    m.long64();
    assertEquals("ok", m.exec(Mnemonic.PUSH, 64, register(RegisterFile.SEGMENT, Segment.FS, 16)));
    assertEquals(STACK - 8, m.s.r[4]);
    assertEquals(DATA0, m.memory.read(STACK - 8, 8));
    assertEquals("ok", m.exec(Mnemonic.POP, 64, register(RegisterFile.SEGMENT, Segment.GS, 16)));
    assertEquals(STACK, m.s.r[4]);
  }

  @Test
  void ldsLoadsOffsetAndSelector() {
    m.protected32();
    m.memory.write(DATA, 8, (long) USER_DATA << 32 | 0x1234_5678L);
    assertEquals("ok", m.exec(Mnemonic.LDS, 32, gpr(3, 32), at(DATA, 48)));
    assertEquals(0x1234_5678L, m.s.r[3]);
    assertEquals(USER_DATA, m.s.segments[Segment.DS].selector);
  }

  @ParameterizedTest(name = "LTR {0}: {1}")
  @CsvSource({"0x0, #GP(0)", "0x38, ok", "0x18, #GP(18)", "0x3C, #GP(3c)", "0x80, #GP(80)"})
  void loadTaskRegister(String selector, String expected) {
    m.long64();
    m.descriptor(TSS_SELECTOR, 0x0000_8900_3000_0067L);
    m.s.r[0] = Integer.decode(selector);
    assertEquals(expected, m.exec(Mnemonic.LTR, 16, gpr(0, 16)));
    if (expected.equals("ok")) {
      assertEquals(0x8B, m.memory.read(GDT + TSS_SELECTOR + 5, 1), "busy");
      assertEquals("#GP(38)", m.exec(Mnemonic.LTR, 16, gpr(0, 16)), "a busy TSS cannot be loaded");
    }
  }

  @Test
  void selectorQuestionsAnswerInTheZeroFlag() {
    m.long64().user();
    m.s.r[0] = USER_DATA;
    assertEquals("ok", m.exec(Mnemonic.VERW, 16, gpr(0, 16)));
    assertEquals(CpuState.ZF, m.s.flags.rflags() & CpuState.ZF);
    assertEquals("ok", m.exec(Mnemonic.LSL, 32, gpr(1, 32), gpr(0, 16)));
    assertEquals(0xFFFF_FFFFL, m.s.r[1]);
    assertEquals("ok", m.exec(Mnemonic.LAR, 32, gpr(1, 32), gpr(0, 16)));
    assertEquals(0x00C0_F300, m.s.r[1] & 0x00F0_FF00);
    m.s.r[0] = DATA0;
    assertEquals("ok", m.exec(Mnemonic.VERR, 16, gpr(0, 16)));
    assertEquals(0, m.s.flags.rflags() & CpuState.ZF);
  }

  @Test
  void lgdtTakesTenBytesAndOnlyCanonicalBasesInLongMode() {
    m.long64();
    m.memory.write(DATA, 2, 0x1FF);
    m.memory.write(DATA + 2, 8, 0xFFFF_8000_0000_1000L);
    assertEquals("ok", m.exec(Mnemonic.LGDT, 64, at(DATA, 80)));
    assertEquals(0xFFFF_8000_0000_1000L, m.s.gdtBase);
    m.memory.write(DATA + 2, 8, 0x8000_0000_0000L);
    assertEquals("#GP(0)", m.exec(Mnemonic.LIDT, 64, at(DATA, 80)));
    assertEquals("ok", m.exec(Mnemonic.SGDT, 64, at(DATA + 16, 80)));
    assertEquals(0xFFFF_8000_0000_1000L, m.memory.read(DATA + 18, 8));
  }
}
