package io.tlbscope.core.system;

import static io.tlbscope.core.testing.TestMachine.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.testing.TestMachine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FastSystemCallsTest {
  private final TestMachine m = new TestMachine().long64();

  FastSystemCallsTest() {
    m.s.star = (long) CODE64 << 32 | (long) (USER32 & ~3) << 48;
    m.s.lstar = 0x11000;
    m.s.sfmask = CpuState.IF | CpuState.DF;
  }

  @AfterEach
  void close() {
    m.close();
  }

  @Test
  void syscallAndSysretRoundTrip() {
    m.user();
    m.s.flags.rflags(CpuState.IF | CpuState.DF | CpuState.CF);
    assertEquals("ok", m.exec(Mnemonic.SYSCALL, 64));
    assertEquals(0x11000, m.s.rip);
    assertEquals(USER_CODE + 3, m.s.r[1]);
    assertEquals(CpuState.IF | CpuState.DF | CpuState.CF | 2, m.s.r[11]);
    assertEquals(CpuState.CF | 2, m.s.flags.rflags());
    assertEquals(0, m.s.cpl);
    assertEquals(CODE64, m.s.segments[Segment.CS].selector);
    assertEquals(CODE64 + 8, m.s.segments[Segment.SS].selector);
    assertEquals(USER_STACK, m.s.r[4]);
    assertEquals("ok", m.exec(Mnemonic.SYSRET, 64));
    assertEquals(USER_CODE + 3, m.s.rip);
    assertEquals(3, m.s.cpl);
    assertEquals(USER64, m.s.segments[Segment.CS].selector);
    assertEquals(USER_DATA, m.s.segments[Segment.SS].selector);
    assertEquals(CpuState.IF | CpuState.DF | CpuState.CF | 2, m.s.flags.rflags());
  }

  @Test
  void sysretToThirtyTwoBitCodeTruncatesRip() {
    m.s.r[1] = 0x1_0004_0000L;
    m.s.r[11] = 2;
    assertEquals("ok", m.exec(Mnemonic.SYSRET, 32));
    assertEquals(USER_CODE, m.s.rip);
    assertFalse(m.s.code64());
    assertTrue(m.s.segments[Segment.CS].big());
    assertEquals(USER32, m.s.segments[Segment.CS].selector);
  }

  @Test
  void sysretFaultsAtLevelZeroOnANonCanonicalTarget() {
    m.s.r[1] = 0x8000_0000_0000L;
    assertEquals("#GP(0)", m.exec(Mnemonic.SYSRET, 64));
    assertEquals(0, m.s.cpl);
  }

  @Test
  void bothNeedSceAndSixtyFourBitCode() {
    m.s.efer &= ~CpuState.EFER_SCE;
    assertEquals("#UD", m.exec(Mnemonic.SYSCALL, 64));
    assertEquals("#UD", m.exec(Mnemonic.SYSRET, 64));
    m.s.efer |= CpuState.EFER_SCE;
    m.compatibility(3);
    assertEquals("#UD", m.exec(Mnemonic.SYSCALL, 32));
  }

  @Test
  void sysretIsPrivileged() {
    m.user();
    assertEquals("#GP(0)", m.exec(Mnemonic.SYSRET, 64));
  }

  @Test
  void sysenterNeedsASelectorAndSysexitReturnsToUser() {
    assertEquals("#GP(0)", m.exec(Mnemonic.SYSENTER, 64));
    m.user();
    m.s.sysenterCs = CODE64;
    m.s.sysenterEip = 0x12000;
    m.s.sysenterEsp = STACK0;
    m.s.flags.rflags(CpuState.IF);
    assertEquals("ok", m.exec(Mnemonic.SYSENTER, 64));
    assertEquals(0x12000, m.s.rip);
    assertEquals(STACK0, m.s.r[4]);
    assertEquals(0, m.s.cpl);
    assertEquals(2, m.s.flags.rflags());
    m.s.r[1] = USER_STACK;
    m.s.r[2] = USER_CODE;
    assertEquals("ok", m.exec(Mnemonic.SYSEXIT, 64));
    assertEquals(USER_CODE, m.s.rip);
    assertEquals(USER_STACK, m.s.r[4]);
    assertEquals(CODE64 + 32 | 3, m.s.segments[Segment.CS].selector);
    assertEquals("#GP(0)", m.exec(Mnemonic.SYSEXIT, 64));
  }
}
