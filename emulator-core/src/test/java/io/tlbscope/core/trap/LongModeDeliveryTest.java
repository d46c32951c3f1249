package io.tlbscope.core.trap;

import static io.tlbscope.core.testing.TestMachine.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.testing.TestMachine;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.FaultRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LongModeDeliveryTest {
  private static final int INTERRUPT = 14, TRAP = 15;
  private static final int HANDLER = 0x11000;

  private final TestMachine m = new TestMachine().long64();

  @AfterEach
  void close() {
    m.close();
  }

  private void deliver(GuestFault fault) {
    Delivery.deliver(m.cpu);
  }

  @Test
  void aFaultFromUserCodeSwitchesToTheTssStackAndPushesAllSixWords() {
    m.user();
    m.s.flags.rflags(CpuState.IF | CpuState.CF);
    m.gate64(GuestFault.GP, INTERRUPT, 0, 0, HANDLER);
    deliver(m.cpu.fault.with(GuestFault.GP, 0x18));
    assertEquals(HANDLER, m.s.rip);
    assertEquals(STACK0 - 48, m.s.r[4]);
    long flags = CpuState.IF | CpuState.CF | CpuState.RF | 2;
    assertArrayEquals(
        new long[] {0x18, USER_CODE, USER64, flags, USER_STACK, USER_DATA},
        m.frame(STACK0 - 48, 8, 6));
    assertEquals(0, m.s.cpl);
    assertEquals(CODE64, m.s.segments[Segment.CS].selector);
    assertTrue(m.s.segments[Segment.SS].isNull());
    assertEquals(CpuState.CF | 2, m.s.flags.rflags(), "IF and RF are clear in the handler");
  }

  @Test
  void theSameLevelKeepsTheStackAlignedToSixteen() {
    m.s.r[4] = STACK - 9;
    m.gate64(GuestFault.UD, INTERRUPT, 0, 0, HANDLER);
    deliver(m.cpu.fault.with(GuestFault.UD));
    assertEquals(STACK - 16 - 40, m.s.r[4]);
    assertArrayEquals(
        new long[] {CODE, CODE64, CpuState.RF | 2, STACK - 9, DATA0}, m.frame(STACK - 56, 8, 5));
    assertEquals(DATA0, m.s.segments[Segment.SS].selector);
  }

  @Test
  void anInterruptStackTableEntryIsUsedAtTheSameLevelToo() {
    m.gate64(GuestFault.NMI, INTERRUPT, 0, 1, HANDLER);
    Delivery.interrupt(m.cpu, GuestFault.NMI, TrapKind.NMI);
    assertEquals(IST1 - 40, m.s.r[4]);
    assertEquals(STACK, m.memory.read(IST1 - 16, 8));
  }

  @Test
  void aTrapGateLeavesInterruptsOn() {
    m.s.flags.rflags(CpuState.IF | CpuState.TF | CpuState.NT);
    m.gate64(GuestFault.BP, TRAP, 3, 0, HANDLER);
    assertEquals("ok", m.exec(Mnemonic.INT3, 64));
    assertEquals(CpuState.IF | 2, m.s.flags.rflags());
    assertEquals(CODE + 3, m.memory.read(m.s.r[4], 8), "a trap returns behind the instruction");
  }

  @Test
  void aSoftwareInterruptNeedsTheGatesPermission() {
    m.user();
    m.gate64(0x80, INTERRUPT, 0, 0, HANDLER);
    assertEquals("#GP(402)", m.exec(Mnemonic.INT, 64, imm(0x80)));
    assertEquals(USER_CODE, m.s.rip);
    assertEquals(USER_STACK, m.s.r[4]);
    m.gate64(0x80, INTERRUPT, 3, 0, HANDLER);
    assertEquals("ok", m.exec(Mnemonic.INT, 64, imm(0x80)));
    assertEquals(HANDLER, m.s.rip);
  }

  @Test
  void anExternalInterruptIgnoresTheGatesPermission() {
    m.user();
    m.gate64(0x40, INTERRUPT, 0, 0, HANDLER);
    Delivery.interrupt(m.cpu, 0x40, TrapKind.EXTERNAL);
    assertEquals(HANDLER, m.s.rip);
    assertEquals(STACK0 - 40, m.s.r[4]);
  }

  @Test
  void anAbsentGateRaisesNotPresentWithTheIdtAndExternalBits() {
    m.gate64(GuestFault.NP, INTERRUPT, 0, 0, HANDLER);
    m.gate64(0x41, INTERRUPT, 0, 0, HANDLER);
    m.memory.write(IDT + 0x41 * 16 + 5, 1, 0x0E);
    Delivery.interrupt(m.cpu, 0x41, TrapKind.EXTERNAL);
    assertEquals(HANDLER, m.s.rip);
    assertEquals(0x41 << 3 | 3, m.memory.read(m.s.r[4], 8));
  }

  @Test
  void aGateToCompatibilityCodeIsRefused() {
    m.gate64(GuestFault.GP, INTERRUPT, 0, 0, HANDLER);
    m.gate64(0x41, INTERRUPT, 0, 0, HANDLER);
    m.memory.write(IDT + 0x41 * 16 + 2, 2, CODE32);
    Delivery.interrupt(m.cpu, 0x41, TrapKind.EXTERNAL);
    assertEquals(CODE32 | 1, m.memory.read(m.s.r[4], 8));
  }

  @Test
  void compatibilityCodeIsInterruptedWithASixtyFourBitFrame() {
    m.compatibility(3);
    m.s.rip = USER_CODE;
    m.s.r[4] = USER_STACK;
    m.gate64(0x41, INTERRUPT, 0, 0, HANDLER);
    Delivery.interrupt(m.cpu, 0x41, TrapKind.EXTERNAL);
    assertArrayEquals(
        new long[] {USER_CODE, USER32, 2, USER_STACK, USER_DATA}, m.frame(STACK0 - 40, 8, 5));
    assertTrue(m.s.code64());
  }

  @Test
  void twoContributoryExceptionsMakeADoubleFaultWithErrorCodeZero() {
    m.gate64(GuestFault.DF, INTERRUPT, 0, 1, HANDLER);
    deliver(m.cpu.fault.with(GuestFault.GP, 0));
    assertEquals(HANDLER, m.s.rip);
    assertEquals(0, m.memory.read(IST1 - 48, 8));
    assertEquals(3, m.cpu.faultChain.size());
  }

  @Test
  void aBenignExceptionThatCannotBeDeliveredIsFollowedByTheSecondOne() {
    m.gate64(GuestFault.NP, INTERRUPT, 0, 0, HANDLER);
    m.gate64(GuestFault.UD, INTERRUPT, 0, 0, HANDLER);
    m.memory.write(IDT + GuestFault.UD * 16 + 5, 1, 0x0E);
    deliver(m.cpu.fault.with(GuestFault.UD));
    assertEquals(HANDLER, m.s.rip);
    assertEquals(GuestFault.UD << 3 | 3, m.memory.read(m.s.r[4], 8));
  }

  @Test
  void aDoubleFaultThatCannotBeDeliveredShutsTheCpuDownAndKeepsTheChain() {
    m.s.idtLimit = 0;
    m.s.cr2 = 0x1234;
    long rsp = m.s.r[4];
    deliver(m.cpu.fault.with(GuestFault.PF, 2));
    assertEquals(Activity.SHUTDOWN, m.cpu.activity);
    assertEquals(
        java.util.List.of(
            new FaultRecord(GuestFault.PF, 2, CODE, 0x1234),
            new FaultRecord(GuestFault.GP, GuestFault.PF << 3 | 3, CODE, 0x1234),
            new FaultRecord(GuestFault.DF, 0, CODE, 0x1234),
            new FaultRecord(GuestFault.GP, GuestFault.DF << 3 | 3, CODE, 0x1234)),
        m.cpu.faultChain);
    assertEquals(CODE, m.s.rip);
    assertEquals(rsp, m.s.r[4]);
    assertFalse(Events.service(m.cpu));
  }

  @Test
  void aPageFaultOnTheHandlersStackIsADoubleFaultOnAGoodOne() {
    m.user();
    m.unmap(STACK0 - 8);
    m.gate64(GuestFault.PF, INTERRUPT, 0, 0, HANDLER + 16);
    m.gate64(GuestFault.DF, INTERRUPT, 0, 1, HANDLER);
    deliver(m.cpu.fault.with(GuestFault.PF, 4));
    assertEquals(HANDLER, m.s.rip);
    assertEquals(STACK0 - 8, m.s.cr2);
    assertEquals(USER_CODE, m.memory.read(IST1 - 40, 8));
    assertEquals(USER_STACK, m.memory.read(IST1 - 16, 8));
  }

  @Test
  void aPageFaultDuringAnExternalInterruptIsDeliveredByItself() {
    m.user();
    m.unmap(STACK0 - 8);
    m.gate64(0x41, INTERRUPT, 0, 0, HANDLER + 16);
    m.gate64(GuestFault.PF, INTERRUPT, 0, 1, HANDLER);
    Delivery.interrupt(m.cpu, 0x41, TrapKind.EXTERNAL);
    assertEquals(HANDLER, m.s.rip);
    assertEquals(
        2, m.memory.read(IST1 - 48, 8), "a supervisor write to a page that is not present");
  }

  @Test
  void aNonCanonicalStackRaisesAStackFault() {
    m.memory.write(TSS + 4, 8, 0x8000_0000_0000_0000L);
    m.user();
    m.gate64(0x41, INTERRUPT, 0, 0, HANDLER + 16);
    m.gate64(GuestFault.SS, INTERRUPT, 0, 1, HANDLER);
    Delivery.interrupt(m.cpu, 0x41, TrapKind.EXTERNAL);
    assertEquals(HANDLER, m.s.rip);
    assertEquals(1, m.memory.read(IST1 - 48, 8), "error code: only the EXT bit");
  }

  @Test
  void singleStepReportsItselfInDr6AndNotAfterADelivery() {
    m.gate64(GuestFault.DB, INTERRUPT, 0, 0, HANDLER);
    m.s.flags.rflags(CpuState.TF);
    Events.singleStep(m.cpu, m.cpu.delivered);
    assertEquals(HANDLER, m.s.rip);
    assertEquals(1 << 14, m.s.dr[6] & 1 << 14);
    assertEquals(CpuState.TF | 2, m.memory.read(m.s.r[4] + 16, 8), "a trap's frame has RF clear");
    long rsp = m.s.r[4];
    Events.singleStep(m.cpu, m.cpu.delivered - 1);
    assertEquals(rsp, m.s.r[4]);
  }
}
