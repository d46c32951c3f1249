package io.tlbscope.core.isa;

import java.util.List;

/**
 * Bytes that are not an instruction of this emulator.
 *
 * @param kind why
 * @param length the whole encoding for {@code UNIMPLEMENTED}, else the bytes looked at
 * @param feature for {@code UNIMPLEMENTED} the missing feature in kebab case ({@code x87}, {@code
 *     mmx}, {@code sse4-1}, {@code vex}), else empty
 * @param name for {@code UNIMPLEMENTED} the manual's mnemonic in lower case, else empty
 * @param operands for {@code UNIMPLEMENTED} the operands, empty for VEX and EVEX
 */
public record Undecoded(Kind kind, int length, String feature, String name, List<Operand> operands)
    implements DecodeResult {
  /** Reasons, and what the caller does. */
  public enum Kind {
    /** Architecturally undefined: the guest gets #UD. */
    INVALID,
    /** More than 15 bytes: the guest gets #GP(0). */
    TOO_LONG,
    /** More bytes than were available: the caller fetches the next page and decodes again. */
    TRUNCATED,
    /** A real instruction that the emulator does not have: the run ends with a named error. */
    UNIMPLEMENTED
  }

  static Undecoded of(Kind kind, int length) {
    return new Undecoded(kind, length, "", "", List.of());
  }
}
