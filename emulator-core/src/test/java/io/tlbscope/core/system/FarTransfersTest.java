package io.tlbscope.core.system;

import static io.tlbscope.core.testing.TestMachine.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.testing.TestMachine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FarTransfersTest {
  private final TestMachine m = new TestMachine();

  @AfterEach
  void close() {
    m.close();
  }

  private static Operand far(int selector, long offset) {
    return new Operand.FarPointer(selector, offset, 48);
  }

  private void frame(int bytes, long... values) {
    m.s.r[4] = STACK - (long) values.length * bytes;
    for (int i = 0; i < values.length; i++) {
      m.memory.write(m.s.r[4] + (long) i * bytes, bytes, values[i]);
    }
  }

  @Test
  void aFarJumpFromRealModeEntersThirtyTwoBitCode() {
    m.protected32();
    m.s.segments[Segment.CS].attributes = 0x9B;
    assertEquals("ok", m.exec(Mnemonic.JMP_FAR, 32, far(CODE32, 0x12345)));
    assertEquals(0x12345, m.s.rip);
    assertTrue(m.s.segments[Segment.CS].big());
  }

  @Test
  void aFarCallThatCannotMarkItsSegmentAccessedLeavesTheStackPointer() {
    m.long64();
    m.descriptor(SPARE, 0x00CF_9A00_0000_FFFFL);
    m.memory.write(PT + 8, 8, GDT | 5);
    m.compatibility(0);
    assertEquals("#PF(3)", m.exec(Mnemonic.CALL_FAR, 32, far(SPARE, 0x12345)));
    assertEquals(STACK, m.s.r[4]);
  }

  @Test
  void aFarJumpFromCompatibilityModeEntersSixtyFourBitCode() {
    m.long64().compatibility(0);
    assertFalse(m.s.code64());
    assertEquals("ok", m.exec(Mnemonic.JMP_FAR, 32, far(CODE64, 0x12345)));
    assertTrue(m.s.code64());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "0, #GP(0)",
    "0x18, #GP(18)",
    "0x48, #NP(48)",
    "0x80, #GP(80)",
    "0x23, #GP(20)",
    "0x84, #GP(84)"
  })
  void badTargetsAreRefused(String selector, String expected) {
    m.long64();
    m.s.gdtLimit = GDT_LIMIT;
    m.memory.write(DATA, 8, 0x1000);
    m.memory.write(DATA + 8, 2, Integer.decode(selector));
    assertEquals(expected, m.exec(Mnemonic.JMP_FAR, 64, at(DATA, 80)));
  }

  @Test
  void aFarCallAndReturnRoundTrip() {
    m.protected32();
    assertEquals("ok", m.exec(Mnemonic.CALL_FAR, 32, far(CODE32, 0x12345)));
    assertArrayEquals(new long[] {CODE + 3, CODE32}, m.frame(STACK - 8, 4, 2));
    assertEquals("ok", m.exec(Mnemonic.RET_FAR, 32));
    assertEquals(CODE + 3, m.s.rip);
    assertEquals(STACK, m.s.r[4]);
  }

  @Test
  void aCallGateSwitchesStacksAndCopiesParameters() {
    m.protected32().user();
    m.descriptor(SPARE, 0x2000L | (long) CODE32 << 16 | 2L << 32 | 0xECL << 40 | 1L << 48);
    m.memory.write(USER_STACK, 4, 0x111);
    m.memory.write(USER_STACK + 4, 4, 0x222);
    assertEquals("ok", m.exec(Mnemonic.CALL_FAR, 32, far(SPARE, 0)));
    assertEquals(0x12000, m.s.rip);
    assertEquals(0, m.s.cpl);
    assertArrayEquals(
        new long[] {USER_CODE + 3, USER32, 0x111, 0x222, USER_STACK, USER_DATA},
        m.frame(STACK0 - 24, 4, 6));
    assertEquals("ok", m.exec(Mnemonic.RET_FAR, 32, new Operand.Immediate(8, 16)));
    assertEquals(USER_CODE + 3, m.s.rip);
    assertEquals(USER_STACK + 8, m.s.r[4]);
    assertEquals(3, m.s.cpl);
  }

  @Test
  void iretToUserAndBackKeepsTheWholeFrame() {
    m.long64();
    frame(8, USER_CODE, USER64, CpuState.IF | CpuState.ZF | 2, USER_STACK, USER_DATA);
    m.s.segments[Segment.GS].base = 0x5555;
    m.s.segments[Segment.GS].selector = 0;
    assertEquals("ok", m.exec(Mnemonic.IRET, 64));
    assertEquals(USER_CODE, m.s.rip);
    assertEquals(USER_STACK, m.s.r[4]);
    assertEquals(3, m.s.cpl);
    assertEquals(CpuState.IF | CpuState.ZF | 2, m.s.flags.rflags());
    assertEquals(0x5555, m.cpu.segmentBase(Segment.GS), "a base without a selector stays");
    m.gate64(0x80, 14, 3, 0, 0x11000);
    assertEquals("ok", m.exec(Mnemonic.INT, 64, imm(0x80)));
    assertEquals("ok", m.exec(Mnemonic.IRET, 64));
    assertEquals(USER_CODE + 3, m.s.rip);
    assertEquals(USER_STACK, m.s.r[4]);
  }

  @Test
  void iretToCompatibilityCodeLeavesSixtyFourBitMode() {
    m.long64();
    frame(8, USER_CODE, USER32, 2, USER_STACK, USER_DATA);
    assertEquals("ok", m.exec(Mnemonic.IRET, 64));
    assertFalse(m.s.code64());
    assertTrue(m.s.longModeActive());
  }

  @ParameterizedTest(name = "IRET to {0}:{1} stack {2}: {3}")
  @CsvSource({
    "0, 0x40000, 0x2B, #GP(0)",
    "0x33, 0x800000000000, 0x2B, #GP(0)",
    "0x33, 0x40000, 0x0, #GP(0)",
    "0x33, 0x40000, 0x28, #GP(28)",
    "0x32, 0x40000, 0x2B, #GP(30)",
    "0x4B, 0x40000, 0x2B, #GP(48)",
    "0x48, 0x40000, 0x18, #NP(48)",
    "0x10, 0x40000, 0x50, #SS(50)",
    "0x10, 0x40000, 0x0, ok",
  })
  void iretChecksItsFrame(String cs, String rip, String ss, String expected) {
    m.long64();
    frame(8, Long.decode(rip), Integer.decode(cs), 2, USER_STACK, Integer.decode(ss));
    long rsp = m.s.r[4];
    assertEquals(expected, m.exec(Mnemonic.IRET, 64));
    if (!expected.equals("ok")) {
      assertEquals(rsp, m.s.r[4]);
      assertEquals(0, m.s.cpl);
      assertEquals(CODE, m.s.rip);
    }
  }

  @Test
  void aNestedTaskReturnFaultsInLongMode() {
    m.long64();
    m.s.flags.rflags(CpuState.NT);
    assertEquals("#GP(0)", m.exec(Mnemonic.IRET, 64));
  }

  @Test
  void userCodeCannotRaiseItsIoplOrChangeIfByIret() {
    m.long64().user();
    m.s.r[4] = USER_STACK - 40;
    long[] values = {USER_CODE, USER64, CpuState.IOPL | CpuState.IF | 2, USER_STACK, USER_DATA};
    for (int i = 0; i < 5; i++) {
      m.memory.write(USER_STACK - 40 + i * 8, 8, values[i]);
    }
    assertEquals("ok", m.exec(Mnemonic.IRET, 64));
    assertEquals(2, m.s.flags.rflags());
  }
}
