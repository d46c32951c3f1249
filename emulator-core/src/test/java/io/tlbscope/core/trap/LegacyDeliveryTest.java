package io.tlbscope.core.trap;

import static io.tlbscope.core.testing.TestMachine.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.testing.TestMachine;
import io.tlbscope.core.vcpu.Activity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LegacyDeliveryTest {
  private static final int HANDLER = 0x11000;

  private final TestMachine m = new TestMachine();

  @AfterEach
  void close() {
    m.close();
  }

  @Test
  void realModePushesThreeWordsAndNoErrorCode() {
    m.real();
    m.memory.write(GuestFault.GP * 4, 4, 0x3000_0044L);
    m.s.flags.rflags(CpuState.IF | CpuState.ZF);
    m.cpu.fault.with(GuestFault.GP, 0);
    Delivery.deliver(m.cpu);
    assertEquals(0x44, m.s.rip);
    assertEquals(0x30000, m.s.segments[Segment.CS].base);
    assertArrayEquals(
        new long[] {0x100, 0x1000, CpuState.IF | CpuState.ZF | 2}, m.frame(0x27FFA, 2, 3));
    assertEquals(CpuState.ZF | 2, m.s.flags.rflags());
  }

  @Test
  void aVectorOutsideTheRealModeTableEndsInShutdown() {
    m.real();
    m.s.idtLimit = 3;
    m.cpu.fault.with(GuestFault.GP, 0);
    Delivery.deliver(m.cpu);
    assertEquals(Activity.SHUTDOWN, m.cpu.activity);
  }

  @Test
  void realModeInterruptAndReturnRestoreEverything() {
    m.real();
    m.memory.write(0x21 * 4, 4, 0x3000_0044L);
    m.s.flags.rflags(CpuState.IF | CpuState.CF);
    assertEquals("ok", m.exec(Mnemonic.INT, 16, imm(0x21)));
    assertEquals(0x44, m.s.rip);
    assertEquals("ok", m.exec(Mnemonic.IRET, 16));
    assertEquals(0x103, m.s.rip);
    assertEquals(0x10000, m.s.segments[Segment.CS].base);
    assertEquals(0x8000, m.s.r[4]);
    assertEquals(CpuState.IF | CpuState.CF | 2, m.s.flags.rflags());
  }

  @Test
  void aThirtyTwoBitGateFromUserCodeUsesTheTssStack() {
    m.protected32().user();
    m.gate32(GuestFault.GP, 14, 0, CODE32, HANDLER);
    m.cpu.fault.with(GuestFault.GP, 0x18);
    Delivery.deliver(m.cpu);
    assertEquals(HANDLER, m.s.rip);
    assertEquals(STACK0 - 24, m.s.r[4]);
    assertArrayEquals(
        new long[] {0x18, USER_CODE, USER32, CpuState.RF | 2, USER_STACK, USER_DATA},
        m.frame(STACK0 - 24, 4, 6));
    assertEquals(DATA0, m.s.segments[Segment.SS].selector);
    assertEquals(0, m.s.cpl);
  }

  @Test
  void theSameLevelPushesNoStackPointer() {
    m.protected32();
    m.gate32(0x40, 14, 0, CODE32, HANDLER);
    Delivery.interrupt(m.cpu, 0x40, TrapKind.EXTERNAL);
    assertEquals(STACK - 12, m.s.r[4]);
    assertArrayEquals(new long[] {CODE, CODE32, 2}, m.frame(STACK - 12, 4, 3));
  }

  @Test
  void aSixteenBitGatePushesWords() {
    m.protected32();
    m.gate32(0x40, 6, 0, CODE32, 0x1234);
    Delivery.interrupt(m.cpu, 0x40, TrapKind.EXTERNAL);
    assertEquals(STACK - 6, m.s.r[4]);
    assertEquals(0x1234, m.s.rip);
  }

  @Test
  void protectedModeReturnToUserClosesKernelDataSegments() {
    m.protected32();
    long[] frame = {USER_CODE, USER32, CpuState.IF | 2, USER_STACK, USER_DATA};
    for (int i = 0; i < frame.length; i++) {
      m.memory.write(STACK - 20 + i * 4, 4, frame[i]);
    }
    m.s.r[4] = STACK - 20;
    assertEquals("ok", m.exec(Mnemonic.IRET, 32));
    assertEquals(3, m.s.cpl);
    assertEquals(USER_STACK, m.s.r[4]);
    assertTrue(m.s.segments[Segment.DS].isNull());
    assertEquals(CpuState.IF | 2, m.s.flags.rflags());
  }
}
