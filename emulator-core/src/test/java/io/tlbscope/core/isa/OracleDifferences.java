package io.tlbscope.core.isa;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Where objdump and the decoder differ by intention, and how objdump spells what it agrees on. */
final class OracleDifferences {
  /**
   * objdump's name to ours. Features we do not report in CPUID leave the older meaning of their
   * encodings.
   */
  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("movabs", "mov"),
          Map.entry("xchg", "nop"),
          Map.entry("tzcnt", "bsf"),
          Map.entry("lzcnt", "bsr"),
          Map.entry("wbnoinvd", "wbinvd"),
          Map.entry("cldemote", "nop"),
          Map.entry("rdsspd", "nop"),
          Map.entry("rdsspq", "nop"));

  /** Reserved no-operations to a processor without MPX, and 0F 0D with a register. */
  private static final Pattern HINTS = Pattern.compile("bnd\\w+|prefetch\\w*");

  /**
   * Not in Intel's architecture: AMD's 3DNow! and SSE4a, the 386's test registers, VIA's PadLock.
   */
  private static final Pattern FOREIGN =
      Pattern.compile(
          "femms|pf\\w+|pi2f\\w|pavgusb|pmulhrw|pswapd|extrq|insertq|movnts[sd]|x(store|crypt|sha|mont).*|montmul");

  /** Registers that do not exist: CR1, CR5.., DR8.., TR; objdump prints them. */
  private static final Pattern NO_REGISTER =
      Pattern.compile("\\b(cr(1|5|6|7|9|1\\d)|dr([89]|1\\d)|tr\\d)\\b");

  /**
   * In 64-bit mode objdump lets 66 make a near branch 16 bits wide, as AMD does; Intel ignores it.
   */
  private static final Pattern SIZED_BRANCH =
      Pattern.compile("(jmp|call|ret|j[a-z]{1,3}|loop[n]?[e]?|jr?ecxz)[wq]?");

  private OracleDifferences() {}

  static boolean saysBad(Objdump.Line line) {
    return line.text().contains("(bad)")
        || line.text().contains("?")
        || line.text().matches(".*\\bmov +cs,.*");
  }

  static boolean sameMnemonic(String objdump, DecodeResult result) {
    if (result instanceof Undecoded undecoded && undecoded.feature().endsWith("vex")) {
      return true;
    }
    String theirs =
        objdump
            .replaceFirst("\\(.*", "")
            .replaceFirst("^cmp(eq|lt|le|unord|neq|nlt|nle|ord)(ps|pd|ss|sd)$", "cmp$2");
    if (result instanceof Instruction instruction) {
      switch (instruction.mnemonic()) {
        case MOVS, CMPS, STOS, LODS, SCAS, INS, OUTS, IRET, PUSHF, POPF, PUSHA, POPA, PREFETCH -> {
          return theirs.startsWith(instruction.mnemonic().name().toLowerCase(Locale.ROOT));
        }
        default -> {}
      }
    }
    String ours =
        Disassembler.text(result, 0).replaceFirst("^(lock|rep|repe|repne) ", "").split(" ")[0];
    return theirs.equals(ours)
        || ours.equals(ALIASES.get(theirs))
        || theirs.matches(ours + "[wdq]");
  }

  /** Lines that are not compared. */
  static boolean expected(Objdump.Line line, byte[] bytes, CodeMode mode, DecodeResult result) {
    String mnemonic = line.mnemonic();
    String text = line.text();
    boolean prefixAlone = mnemonic.isEmpty();
    return prefixAlone
        || fused(line, bytes)
        || mode == CodeMode.BITS64
            && has(line, bytes, 0x66)
            && SIZED_BRANCH.matcher(mnemonic).matches()
        || FOREIGN.matcher(mnemonic).matches()
        || HINTS.matcher(mnemonic).matches()
        || NO_REGISTER.matcher(text).find()
        || invalid(result) && printedWithoutComplaint(text, mnemonic, mode)
        || prefixIgnored(line, bytes, result)
        || reservedX87(line, result);
  }

  private static boolean invalid(DecodeResult result) {
    return result instanceof Undecoded undecoded && undecoded.kind() == Undecoded.Kind.INVALID;
  }

  /**
   * LOCK on what cannot be locked, a mandatory prefix the manual does not have, VEX behind a
   * prefix, the FS and GS base instructions outside 64-bit mode.
   */
  private static boolean printedWithoutComplaint(String text, String mnemonic, CodeMode mode) {
    return text.matches(".*\\b(lock|repn?z|data16|data32) .*")
        || mnemonic.startsWith("v") && text.matches("^(rex|data|rep|lock).*")
        || mode != CodeMode.BITS64 && mnemonic.matches("(rd|wr)[fg]sbase");
  }

  /** objdump shows FWAIT and the x87 instruction behind it as one. */
  private static boolean fused(Objdump.Line line, byte[] bytes) {
    return line.length() > 1
        && has(line, bytes, 0x9B)
        && (line.mnemonic().startsWith("f") || saysBad(line));
  }

  /** Prefixes without a meaning for WBINVD, BSF and BSR are ignored. */
  private static boolean prefixIgnored(Objdump.Line line, byte[] bytes, DecodeResult result) {
    return saysBad(line)
        && (has(line, bytes, 0x66) || has(line, bytes, 0xF2))
        && result instanceof Instruction instruction
        && switch (instruction.mnemonic()) {
          case WBINVD, BSF, BSR -> true;
          default -> false;
        };
  }

  /** x87 opcodes that processors take for others. */
  private static boolean reservedX87(Objdump.Line line, DecodeResult result) {
    return saysBad(line)
        && result instanceof Instruction instruction
        && switch (instruction.mnemonic()) {
          case FCOM, FCOMP, FXCH, FSTP, FSTP1 -> true;
          default -> false;
        };
  }

  private static boolean has(Objdump.Line line, byte[] bytes, int octet) {
    for (int n = 0; n < line.length(); n++) {
      if ((bytes[line.offset() + n] & 0xFF) == octet) {
        return true;
      }
    }
    return false;
  }
}
