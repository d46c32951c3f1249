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
        && !(NEAR_BRANCHES.contains(in.mnemonic()) && hasPrefix(code, 0x66));
  }

  private static boolean writesSegment(Instruction in) {
    return Set.of(Mnemonic.MOV, Mnemonic.POP).contains(in.mnemonic())
        && in.operand(0) instanceof Operand.Register r
        && r.file() == RegisterFile.SEGMENT;
  }
}
