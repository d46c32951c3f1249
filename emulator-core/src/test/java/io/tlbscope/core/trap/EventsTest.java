package io.tlbscope.core.trap;

import static io.tlbscope.core.testing.TestMachine.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.testing.TestMachine;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsTest {
  private static final int HANDLER = 0x11000;

  private final TestMachine m = new TestMachine(2).long64();

  @AfterEach
  void close() {
    m.close();
  }

  private void signalled() {
    m.gate64(0x20, 14, 0, 0, HANDLER);
    m.picOutput = true;
    m.cpu.signal();
  }

  @Test
  void thePicInterruptsTheBootProcessorOnceInterruptsAreOn() {
    signalled();
    assertTrue(Events.service(m.cpu));
    assertEquals(CODE, m.s.rip);
    assertEquals(Processor.SIGNAL, m.cpu.pending(), "kept until the window opens");
    m.s.flags.rflags(CpuState.IF);
    assertTrue(Events.service(m.cpu));
    assertEquals(HANDLER, m.s.rip);
    m.s.flags.rflags(CpuState.IF);
    Events.service(m.cpu);
    assertEquals(0, m.cpu.pending(), "nothing more is there");
  }

  @Test
  void stiDelaysTheInterruptByOneInstruction() {
    signalled();
    assertEquals("ok", m.exec(Mnemonic.STI, 64));
    assertTrue(m.s.interruptShadow);
    Events.service(m.cpu);
    assertEquals(CODE + 3, m.s.rip);
    m.s.interruptShadow = false;
    Events.service(m.cpu);
    assertEquals(HANDLER, m.s.rip);
  }

  @Test
  void stiWithInterruptsOnAlreadyCastsNoShadow() {
    m.s.flags.rflags(CpuState.IF);
    m.exec(Mnemonic.STI, 64);
    assertFalse(m.s.interruptShadow);
  }

  @Test
  void hltSleepsUntilAnInterruptAndReturnsBehindIt() {
    m.s.flags.rflags(CpuState.IF);
    assertEquals("ok", m.exec(Mnemonic.HLT, 64));
    assertEquals(Activity.HALTED, m.cpu.activity);
    assertTrue(m.cpu.yield);
    assertFalse(Events.service(m.cpu));
    signalled();
    assertTrue(Events.service(m.cpu));
    assertEquals(CODE + 3, m.memory.read(m.s.r[4], 8));
  }

  @Test
  void hltWithInterruptsOffSleepsThroughThem() {
    m.exec(Mnemonic.HLT, 64);
    signalled();
    assertFalse(Events.service(m.cpu));
    m.gate64(GuestFault.NMI, 14, 0, 0, HANDLER);
    m.cpu.nmi();
    assertTrue(Events.service(m.cpu));
    assertEquals(HANDLER, m.s.rip);
  }

  @Test
  void aSecondNmiWaitsForIret() {
    m.gate64(GuestFault.NMI, 14, 0, 0, HANDLER);
    m.cpu.nmi();
    Events.service(m.cpu);
    long rsp = m.s.r[4];
    m.cpu.nmi();
    Events.service(m.cpu);
    assertEquals(rsp, m.s.r[4]);
    assertEquals(Processor.NMI, m.cpu.pending());
    assertEquals("ok", m.exec(Mnemonic.IRET, 64));
    assertEquals(CODE, m.s.rip);
    Events.service(m.cpu);
    assertEquals(HANDLER, m.s.rip);
    assertEquals(0, m.cpu.pending());
  }

  @Test
  void anNmiComesBeforeAMaskableInterrupt() {
    signalled();
    m.s.flags.rflags(CpuState.IF);
    m.gate64(GuestFault.NMI, 14, 0, 0, HANDLER + 16);
    m.cpu.nmi();
    Events.service(m.cpu);
    assertEquals(HANDLER + 16, m.s.rip);
  }

  @Test
  void anApplicationProcessorStartsAtTheSipisPage() {
    Processor ap = m.cpus.get(1);
    assertEquals(Activity.WAIT_FOR_SIPI, ap.activity);
    assertFalse(Events.service(ap));
    ap.startup(0x9A);
    assertTrue(Events.service(ap));
    assertEquals(0x9A00, ap.s.segments[Segment.CS].selector);
    assertEquals(0x9A000, ap.s.segments[Segment.CS].base);
    assertEquals(0, ap.s.rip);
  }

  @Test
  void aSipiOutsideWaitForSipiIsLost() {
    m.cpu.startup(0x9A);
    assertTrue(Events.service(m.cpu));
    assertEquals(CODE, m.s.rip);
    assertEquals(0, m.cpu.pending());
  }

  @Test
  void initAndSipiTogetherRestartAnApplicationProcessor() {
    Processor ap = m.cpus.get(1);
    ap.startup(1);
    Events.service(ap);
    ap.init();
    ap.startup(2);
    assertTrue(Events.service(ap));
    assertEquals(0x2000, ap.s.segments[Segment.CS].base);
  }

  @Test
  void initKeepsMsrsXmmAndCacheControlAndRestartsTheBootProcessor() {
    m.s.xmm[3] = 77;
    m.s.lstar = 0x1234;
    m.s.cr0 |= CpuState.CR0_CD;
    m.s.msrs.write(0x200, true, 6);
    m.cpu.init();
    assertTrue(Events.service(m.cpu));
    assertEquals(CpuState.CR0_CD | CpuState.CR0_ET, m.s.cr0);
    assertEquals(77, m.s.xmm[3]);
    assertEquals(0x1234, m.s.lstar);
    assertEquals(0, m.s.efer);
    assertEquals(0, m.s.cr3);
    assertEquals(0xFFF0, m.s.rip);
    assertEquals(0xFFFF_0000L, m.s.segments[Segment.CS].base);
    assertEquals(2, m.s.flags.rflags());
    assertEquals(m.s.cpuid.signature(), m.s.r[2]);
    assertEquals(0x400, m.s.dr[7]);
    long[] value = new long[1];
    assertTrue(m.s.msrs.read(0x200, true, value));
    assertEquals(6, value[0]);
  }

  @Test
  void powerOnClearsWhatInitKeeps() {
    m.s.xmm[3] = 77;
    m.s.msrs.write(0x200, true, 6);
    m.now = 500;
    Reset.powerOn(m.cpu);
    assertEquals(0, m.s.xmm[3]);
    assertEquals(0x6000_0010L, m.s.cr0);
    assertEquals(0, m.s.tscOffset + m.now);
    long[] value = new long[1];
    m.s.msrs.read(0x200, true, value);
    assertEquals(0, value[0]);
  }

  @Test
  void aStoreToTheMonitoredLineEndsMwait() {
    Monitor.arm(m.cpu, DATA + 8);
    assertEquals("ok", m.exec(Mnemonic.MWAIT, 64));
    assertEquals(Activity.MWAIT, m.cpu.activity);
    assertFalse(Events.service(m.cpu));
    m.memory.write(DATA + 60, 4, 1);
    assertTrue(Events.service(m.cpu));
    assertEquals(CODE + 3, m.s.rip);
  }

  @Test
  void mwaitWithoutAnArmedLineDoesNotSleep() {
    assertEquals("ok", m.exec(Mnemonic.MWAIT, 64));
    assertEquals(Activity.RUNNING, m.cpu.activity);
  }

  @Test
  void ofTwoSipisThatCameTogetherTheFirstOneStartsTheCpu() {
    Processor ap = m.cpus.get(1);
    ap.startup(8);
    ap.startup(9);
    assertTrue(Events.service(ap));
    assertEquals(0x800, ap.s.segments[Segment.CS].selector);
  }

  @Test
  void aSipiBeforeTheInitDoesNotStartACpuThatWasRunning() {
    Processor ap = m.cpus.get(1);
    ap.activity = Activity.RUNNING;
    ap.startup(8);
    ap.init();
    assertFalse(Events.service(ap));
    assertEquals(Activity.WAIT_FOR_SIPI, ap.activity);
    ap.init();
    ap.startup(9);
    assertTrue(Events.service(ap));
    assertEquals(0x900, ap.s.segments[Segment.CS].selector);
  }

  @Test
  void anNmiThatInitOvertookDoesNotMeetTheStartedCpu() {
    Processor ap = m.cpus.get(1);
    ap.activity = Activity.RUNNING;
    ap.nmi();
    ap.init();
    ap.startup(8);
    assertTrue(Events.service(ap));
    assertEquals(0, ap.s.rip);
    assertEquals(0, ap.delivered);
  }

  @Test
  void aDataBreakpointTrapsAfterTheInstructionThatMetIt() {
    m.gate64(GuestFault.DB, 14, 0, 0, HANDLER);
    m.s.dr[1] = DATA + 1;
    m.s.dr[7] = 0xD0_0408;
    m.s.breakpoints.refresh(m.s.dr);
    m.cpu.mmu.dropLookAside();
    m.cpu.mmu.load32(DATA);
    m.cpu.mmu.store64(DATA + 4, 1);
    assertEquals(0, m.cpu.pending(), "it watches writes to the four bytes from DATA on");
    m.cpu.mmu.store64(DATA + 3, 1);
    assertTrue(m.cpu.leaveBlock);
    assertEquals(Processor.SIGNAL, m.cpu.pending());
    assertTrue(Events.service(m.cpu));
    assertEquals(HANDLER, m.s.rip);
    assertEquals(2, m.s.dr[6] & 15);
    assertEquals(0, m.s.breakpoints.hits);
  }
}
