package io.tlbscope.core.system;

import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.isa.RegisterFile;
import io.tlbscope.core.vcpu.Processor;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which helpers wait until the vCPU's earlier stores are visible to all: serializing instructions
 * (Intel SDM vol. 3A, 9.3; AMD APM vol. 2, 7.6.4, for INVPCID, INVLPGB and TLBSYNC) and I/O.
 * Exceptions, interrupts, locked operations and devices see to it themselves.
 */
public final class StoreOrdering {
  private static final Set<Mnemonic> WAITING =
      EnumSet.of(
          Mnemonic.INVD,
          Mnemonic.WBINVD,
          Mnemonic.INVLPG,
          Mnemonic.INVPCID,
          Mnemonic.INVLPGB,
          Mnemonic.TLBSYNC,
          Mnemonic.LGDT,
          Mnemonic.LIDT,
          Mnemonic.LLDT,
          Mnemonic.LTR,
          Mnemonic.CPUID,
          Mnemonic.IRET,
          Mnemonic.IN,
          Mnemonic.OUT,
          Mnemonic.INS,
          Mnemonic.OUTS);

  /** The x2APIC's registers. */
  private static final int X2APIC_FIRST = 0x800, X2APIC_LAST = 0x83F;

  private static final int SPEC_CTRL = 0x48,
      PRED_CMD = 0x49,
      TSX_CTRL = 0x122,
      TSC_DEADLINE = 0x6E0,
      PKRS = 0x6E1,
      HWP_REQUEST = 0x774;

  private static final int RCX = 1;

  private StoreOrdering() {}

  /** Before the helper runs. */
  public static void before(Processor cpu, Instruction in) {
    if (cpu.buffered == null) {
      return;
    }
    if (waits(cpu, in)) {
      cpu.buffered.drain();
    } else {
      cpu.buffered.settle();
    }
  }

  private static boolean waits(Processor cpu, Instruction in) {
    return switch (in.mnemonic()) {
      case MOV -> in.operand(0) instanceof Operand.Register to && serializes(to);
      case WRMSR -> serializes(Checks.low(cpu, RCX));
      default -> WAITING.contains(in.mnemonic());
    };
  }

  /** MOV to a control or debug register; CR8 is the exception. */
  private static boolean serializes(Operand.Register to) {
    return to.file() == RegisterFile.DEBUG || to.file() == RegisterFile.CONTROL && to.number() != 8;
  }

  /** WRMSR to these does not serialize: an x2APIC's interrupt may overtake earlier stores. */
  private static boolean serializes(int msr) {
    return switch (msr) {
      case SPEC_CTRL, PRED_CMD, TSX_CTRL, TSC_DEADLINE, PKRS, HWP_REQUEST -> false;
      default -> msr < X2APIC_FIRST || msr > X2APIC_LAST;
    };
  }
}
