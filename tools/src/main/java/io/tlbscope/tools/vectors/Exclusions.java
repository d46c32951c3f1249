package io.tlbscope.tools.vectors;

import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.isa.RegisterFile;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Instructions whose outcome is the host's kernel's, the host's clock's or its descriptor tables'.
 */
final class Exclusions {
  private static final Map<String, String> REASONS = new TreeMap<>();

  static {
    reason("enters the host's kernel", "SYSCALL SYSENTER SYSEXIT SYSRET INT INT1 INT3 INTO IRET");
    reason("depends on time, chance or the model", "CPUID RDTSC RDTSCP RDPMC RDRAND RDSEED RDPID");
    reason("depends on what the host switched on", "XGETBV XSETBV RDPKRU WRPKRU MONITOR MWAIT");
    reason("depends on the host's descriptor tables", "LAR LSL VERR VERW LSS LFS LGS");
    reason("depends on the host's descriptor tables", "RET_FAR JMP_FAR CALL_FAR");
    reason("is emulated by the host's kernel", "SGDT SIDT SLDT STR SMSW");
    reason("replaces the host program's own state", "WRFSBASE WRGSBASE");
    reason("its result holds what differs between models", "FXSAVE FXRSTOR XSAVE XRSTOR");
    reason("its results differ between models in the last bits", "RCPPS RCPSS RSQRTPS RSQRTSS");
    reason("its results differ between models in the last bits", "FSIN FCOS FSINCOS FPTAN FPATAN");
    reason("its results differ between models in the last bits", "F2XM1 FYL2X FYL2XP1");
    reason("depends on what the host switched on", "XSAVEC XSAVEOPT XSAVES XRSTORS");
    reason("processors differ in what it has written when it faults", "ENTER");
    reason("processors differ in the reserved bits of MXCSR", "LDMXCSR");
    reason("only a hypervisor's guest may try", "VMCALL VMMCALL INVLPGB TLBSYNC");
  }

  /** Processors differ in whether 66h counts (Intel SDM vol. 1, 6.3.7). */
  private static final Set<Mnemonic> NEAR_BRANCHES =
      EnumSet.of(
          Mnemonic.JCC,
          Mnemonic.JMP,
          Mnemonic.CALL,
          Mnemonic.RET,
          Mnemonic.JCXZ,
          Mnemonic.LOOP,
          Mnemonic.LOOPE,
          Mnemonic.LOOPNE);

  private static final int RSP = 4;

  private static final Set<Mnemonic> FIELDS =
      EnumSet.of(Mnemonic.FLDENV, Mnemonic.FNSTENV, Mnemonic.FNSAVE, Mnemonic.FRSTOR);

  /**
   * What repeat prefixes do to them is the model's: BSF and BSR are TZCNT and LZCNT where they
   * exist, AMD's take LOOPE for LOOPNE.
   */
  private static final Set<Mnemonic> REPEATS_COUNT =
      EnumSet.of(Mnemonic.BSF, Mnemonic.BSR, Mnemonic.LOOPE, Mnemonic.LOOPNE);

  private Exclusions() {}

  private static boolean hasPrefix(byte[] code, int prefix) {
    for (byte b : code) {
      int octet = b & 0xFF;
      if (octet == prefix) {
        return true;
      }
      boolean legacy =
          (octet & 0xE7) == 0x26
              || octet >= 0x64 && octet <= 0x67
              || octet >= 0xF0 && octet <= 0xF3;
      if (!legacy && (octet & 0xF0) != 0x40) {
        return false;
      }
    }
    return false;
  }

  private static void reason(String why, String names) {
    for (String name : names.split(" ")) {
      REASONS.put(name.toLowerCase(Locale.ROOT), why);
    }
  }

  /** Why no vector is made of a form, or null. */
  static String reason(Form form) {
    return REASONS.get(form.name());
  }

  /** The instruction can be run natively, and its outcome is the processor's alone. */
  static boolean runs(Instruction in, byte[] code) {
    return !REASONS.containsKey(in.mnemonic().name().toLowerCase(Locale.ROOT))
        && !writesSegment(in)
        && !(in.mnemonic() == Mnemonic.NOP && prefetch(code, in.length()))
        && !(in.mnemonic() == Mnemonic.CALL && namesStack(in))
        && !(in.mnemonic() == Mnemonic.MOVSXD && in.operandBits() == 16)
        && !(NEAR_BRANCHES.contains(in.mnemonic()) && hasPrefix(code, 0x66))
        && !(REPEATS_COUNT.contains(in.mnemonic())
            && (hasPrefix(code, 0xF2) || hasPrefix(code, 0xF3)));
  }

  /**
   * An encoding that does not exist, or is too long, is #UD or #GP on the host too: not an
   * extension of AMD's, not a branch that 66h makes shorter, and no UD0 or UD1, whose ModRM is not
   * read there.
   */
  static boolean runsUndefined(Form form, byte[] code) {
    boolean repeated = hasPrefix(code, 0x66) || hasPrefix(code, 0xF2) || hasPrefix(code, 0xF3);
    int at = escape(code);
    boolean amd =
        repeated && at >= 0 && Set.of(0x01, 0x2B, 0x78, 0x79).contains(code[at + 1] & 0xFF);
    boolean branch =
        hasPrefix(code, 0x66)
            && NEAR_BRANCHES.stream().anyMatch(m -> m.name().equalsIgnoreCase(form.name()));
    return !amd && !branch && !form.name().startsWith("ud");
  }

  /** Where 0Fh stands, or -1. */
  private static int escape(byte[] code) {
    for (int at = 0; at + 1 < code.length; at++) {
      if (code[at] == 0x0F) {
        return at;
      }
    }
    return -1;
  }

  /** The manual does not say which of its fields faults first. */
  static boolean hasFields(Instruction in) {
    return FIELDS.contains(in.mnemonic());
  }

  /** 0Fh 0Dh with a register, a NOP on Intel's processors and #UD on AMD's. */
  private static boolean prefetch(byte[] code, int length) {
    return length >= 3 && code[length - 3] == 0x0F && code[length - 2] == 0x0D;
  }

  /** Its target, in the code page, is its stack too; or lies where the stack is. */
  private static boolean namesStack(Instruction in) {
    return switch (in.operand(0)) {
      case Operand.Register r -> r.number() == RSP;
      case Operand.Memory m -> m.base() == RSP;
      default -> false;
    };
  }

  private static boolean writesSegment(Instruction in) {
    return Set.of(Mnemonic.MOV, Mnemonic.POP).contains(in.mnemonic())
        && in.operand(0) instanceof Operand.Register r
        && r.file() == RegisterFile.SEGMENT;
  }
}
