package io.tlbscope.core.system;

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
import io.tlbscope.core.trap.Delivery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Into virtual-8086 mode by IRET, out of it by interrupts; more is in the guest {@code v86}. */
class Virtual8086Test {
  private static final int HANDLER = 0x11000;

  private final TestMachine m = new TestMachine().protected32();

  @AfterEach
  void close() {
    m.close();
  }

  private void enter(int flags) {
    long[] frame = {
      0x100, 0x4000, flags | CpuState.VM | 2, 0x800, 0x5000, 0x6000, 0x6100, 0x6200, 0x6300
    };
    m.s.r[4] = STACK - 4 * frame.length;
    for (int i = 0; i < frame.length; i++) {
      m.memory.write(STACK - 4 * frame.length + 4 * i, 4, frame[i]);
    }
    assertEquals("ok", m.exec(Mnemonic.IRET, 32));
  }

  @Test
  void iretWithVmLoadsEverySegment() {
    enter(CpuState.IF);
    assertTrue(m.s.virtual8086());
    assertEquals(3, m.s.cpl);
    assertEquals(0x100, m.s.rip);
    assertEquals(0x40000, m.s.segments[Segment.CS].base);
    assertEquals(0x63000, m.s.segments[Segment.GS].base);
    assertEquals(0xFFFF, m.s.segments[Segment.DS].limit);
  }

  @Test
  void aHardwareInterruptPushesTheSegmentsAndClearsThem() {
    enter(CpuState.IF);
    m.gate32(0x40, 14, 0, CODE32, HANDLER);
    Delivery.interrupt(m.cpu, 0x40, TrapKind.EXTERNAL);
    assertFalse(m.s.virtual8086());
    assertEquals(0, m.s.cpl);
    assertTrue(m.s.segments[Segment.GS].isNull());
    assertArrayEquals(
        new long[] {
          0x100,
          0x4000,
          CpuState.VM | CpuState.IF | 2,
          0x800,
          0x5000,
          0x6000,
          0x6100,
          0x6200,
          0x6300
        },
        m.frame(STACK0 - 36, 4, 9));
    assertEquals("ok", m.exec(Mnemonic.IRET, 32));
    assertTrue(m.s.virtual8086());
  }

  @Test
  void aHandlerOfAnotherLevelIsAGeneralProtectionFault() {
    enter(0);
    m.gate32(0x40, 14, 0, USER32, HANDLER);
    m.gate32(GuestFault.GP, 14, 0, CODE32, HANDLER);
    Delivery.interrupt(m.cpu, 0x40, TrapKind.EXTERNAL);
    assertEquals(USER32 & ~3 | 1, m.memory.read(m.s.r[4], 4));
  }

  @Test
  void sensitiveInstructionsAskIopl() {
    enter(0);
    for (Mnemonic name : new Mnemonic[] {Mnemonic.CLI, Mnemonic.STI, Mnemonic.PUSHF}) {
      assertEquals("#GP(0)", m.exec(name, 16), name.name());
    }
    assertEquals("#GP(0)", m.exec(Mnemonic.INT, 16, imm(0x21)));
    m.protected32();
    m.s.flags.rflags(2);
    enter(CpuState.IOPL);
    assertEquals("ok", m.exec(Mnemonic.STI, 16));
    assertEquals("ok", m.exec(Mnemonic.CLI, 16));
  }

  @Test
  void protectedModeVirtualInterruptsServeUserCodeBelowItsIopl() {
    m.s.cr4 |= CpuState.CR4_PVI;
    m.user();
    assertEquals("ok", m.exec(Mnemonic.STI, 32));
    assertEquals(CpuState.VIF, m.s.flags.system() & (CpuState.VIF | CpuState.IF));
    assertEquals("ok", m.exec(Mnemonic.CLI, 32));
    assertEquals(0, m.s.flags.system() & CpuState.VIF);
    m.s.flags.system(CpuState.VIP);
    assertEquals("#GP(0)", m.exec(Mnemonic.STI, 32));
  }
}
