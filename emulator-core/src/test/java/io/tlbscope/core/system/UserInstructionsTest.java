package io.tlbscope.core.system;

import static io.tlbscope.core.testing.TestMachine.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.testing.TestMachine;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What user code may and may not do: flags, ports, TLB and floating-point state. */
class UserInstructionsTest {
  private final TestMachine m = new TestMachine().long64();

  @AfterEach
  void close() {
    m.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"HLT", "CLTS", "INVD", "WBINVD", "RDMSR", "WRMSR", "CLI", "STI", "SWAPGS"})
  void privilegedInstructionsFaultInUserCode(Mnemonic mnemonic) {
    m.user();
    assertEquals("#GP(0)", m.exec(mnemonic, 64));
  }

  @Test
  void iopl3LetsUserCodeTurnInterruptsOff() {
    m.user();
    m.s.flags.rflags(CpuState.IOPL | CpuState.IF);
    assertEquals("ok", m.exec(Mnemonic.CLI, 64));
    assertEquals(0, m.s.flags.rflags() & CpuState.IF);
  }

  @Test
  void popfInUserCodeLeavesInterruptFlagAndIoplAlone() {
    m.user();
    m.s.flags.rflags(CpuState.IF);
    m.memory.write(
        USER_STACK - 8, 8, CpuState.IOPL | CpuState.CF | CpuState.AC | CpuState.RF | CpuState.VM);
    m.s.r[4] = USER_STACK - 8;
    assertEquals("ok", m.exec(Mnemonic.POPF, 64));
    assertEquals(CpuState.IF | CpuState.CF | CpuState.AC | 2, m.s.flags.rflags());
    assertEquals("ok", m.exec(Mnemonic.PUSHF, 64));
    assertEquals(CpuState.IF | CpuState.CF | CpuState.AC | 2, m.memory.read(USER_STACK - 8, 8));
  }

  @Test
  void popfInTheKernelChangesThemAll() {
    m.memory.write(STACK, 8, 0x3F_7FD7 & ~(CpuState.RF | CpuState.VM));
    assertEquals("ok", m.exec(Mnemonic.POPF, 64));
    assertEquals(0x24_7FD7, m.s.flags.rflags(), "VIF and VIP are cleared");
  }

  @Test
  void clacAndStacAreForTheKernelAlone() {
    assertEquals("ok", m.exec(Mnemonic.STAC, 64));
    assertEquals(CpuState.AC, m.s.flags.system() & CpuState.AC);
    m.user();
    assertEquals("#UD", m.exec(Mnemonic.CLAC, 64));
  }

  @Test
  void theIoBitmapOpensSinglePorts() {
    m.user();
    m.portValue = 0x5A;
    m.s.r[2] = 0x43;
    Operand dx = gpr(2, 16);
    assertEquals("#GP(0)", m.exec(Mnemonic.IN, 8, gpr(0, 8), dx), "no bitmap inside the TSS");
    m.s.tr.limit = 0x68 + 0x20;
    for (int i = 0; i <= 0x20; i++) {
      m.memory.write(TSS + 0x68 + i, 1, 0xFF);
    }
    m.memory.write(TSS + 0x68 + 8, 1, 0xF7);
    assertEquals("ok", m.exec(Mnemonic.IN, 8, gpr(0, 8), dx));
    assertEquals(0x5A, m.s.r[0] & 0xFF);
    assertEquals("#GP(0)", m.exec(Mnemonic.IN, 16, gpr(0, 16), dx), "the second port is closed");
    m.s.flags.rflags(CpuState.IOPL);
    assertEquals("ok", m.exec(Mnemonic.OUT, 8, dx, gpr(0, 8)));
  }

  @Test
  void aRepeatedInputThatFaultsCanGoOnFromWhereItStopped() {
    m.unmap(DATA + 0x1000);
    m.portValue = 0x1234;
    m.s.r[1] = 4;
    m.s.r[2] = 0x1F0;
    m.s.r[7] = DATA + 0x1000 - 4;
    Instruction in =
        new Instruction(
            Mnemonic.INS,
            2,
            CodeMode.BITS64,
            16,
            64,
            -1,
            false,
            Instruction.Repeat.REP,
            List.of(new Operand.Memory(0, 7, -1, 0, 0, false, 16), gpr(2, 16)));
    assertEquals("#PF(2)", m.exec(in));
    assertEquals(2, m.s.r[1]);
    assertEquals(DATA + 0x1000, m.s.r[7]);
    assertEquals(DATA + 0x1000, m.s.cr2);
    assertEquals(0x1234_1234L, m.memory.read(DATA + 0xFFC, 4));
  }

  @ParameterizedTest(name = "INVPCID type {0}, descriptor {1} {2}, PCIDE {3}: {4}")
  @CsvSource({
    "0, 0x0, 0x1000, false, ok",
    "0, 0x1, 0x1000, false, #GP(0)",
    "0, 0x1, 0x1000, true, ok",
    "0, 0x1, 0x800000000000, true, #GP(0)",
    "1, 0xFFF, 0x0, true, ok",
    "1, 0x1000, 0x0, true, #GP(0)",
    "2, 0x0, 0x800000000000, false, ok",
    "3, 0x0, 0x0, false, ok",
    "4, 0x0, 0x0, true, #GP(0)",
  })
  void invpcidChecksItsDescriptor(
      long type, String low, String high, boolean pcids, String expected) {
    m.s.cr4 |= pcids ? CpuState.CR4_PCIDE : 0;
    m.memory.write(DATA, 8, Long.decode(low));
    m.memory.write(DATA + 8, 8, Long.decode(high));
    m.s.r[0] = type;
    assertEquals(expected, m.exec(Mnemonic.INVPCID, 64, gpr(0, 64), at(DATA, 128)));
    m.user();
    assertEquals("#GP(0)", m.exec(Mnemonic.INVPCID, 64, gpr(0, 64), at(DATA, 128)));
  }

  @Test
  void invlpgbExistsOnlyOnRequestAndChecksItsCount() {
    assertEquals("#UD", m.exec(Mnemonic.INVLPGB, 64));
    assertEquals("#UD", m.exec(Mnemonic.TLBSYNC, 64));
    m.s.cpuid = CpuidModel.amd(true);
    m.s.r[0] = 1;
    m.s.r[1] = CpuidModel.INVLPGB_MAX_COUNT;
    m.s.r[2] = 0;
    assertEquals("ok", m.exec(Mnemonic.INVLPGB, 64));
    assertEquals("ok", m.exec(Mnemonic.TLBSYNC, 64));
    m.s.r[1]++;
    assertEquals("#GP(0)", m.exec(Mnemonic.INVLPGB, 64));
    m.user();
    assertEquals("#GP(0)", m.exec(Mnemonic.INVLPGB, 64));
  }

  @Test
  void fxsaveAndFxrstorKeepTheXmmRegisters() {
    m.s.xmm[31] = 0x1122_3344_5566_7788L;
    m.s.mxcsr = 0x1F85;
    assertEquals("#GP(0)", m.exec(Mnemonic.FXSAVE, 64, at(DATA + 8, 0)), "not aligned to 16");
    assertEquals("ok", m.exec(Mnemonic.FXSAVE, 64, at(DATA, 0)));
    assertEquals(0x1122_3344_5566_7788L, m.memory.read(DATA + 160 + 31 * 8, 8));
    m.s.xmm[31] = 0;
    m.s.mxcsr = 0;
    assertEquals("ok", m.exec(Mnemonic.FXRSTOR, 64, at(DATA, 0)));
    assertEquals(0x1122_3344_5566_7788L, m.s.xmm[31]);
    assertEquals(0x1F85, m.s.mxcsr);
    m.memory.write(DATA + 24, 4, 0x10000);
    assertEquals("#GP(0)", m.exec(Mnemonic.FXRSTOR, 64, at(DATA, 0)));
    assertEquals("#GP(0)", m.exec(Mnemonic.LDMXCSR, 32, at(DATA + 24, 32)));
    m.s.cr0 |= CpuState.CR0_TS;
    assertEquals("#NM", m.exec(Mnemonic.FXSAVE, 64, at(DATA, 0)));
    assertEquals("#NM", m.exec(Mnemonic.FNSAVE, 64, at(DATA, 0)));
  }

  @Test
  void mwaitRefusesUnknownExtensionsAndUserCode() {
    m.s.r[1] = 2;
    assertEquals("#GP(0)", m.exec(Mnemonic.MWAIT, 64));
    m.s.r[1] = 0;
    m.user();
    assertEquals("#UD", m.exec(Mnemonic.MWAIT, 64));
  }

  @Test
  void pauseGivesUpTheSlice() {
    assertEquals("ok", m.exec(Mnemonic.PAUSE, 64));
    assertTrue(m.cpu.yield);
  }
}
