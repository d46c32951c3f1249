package io.tlbscope.core.isa;

/**
 * What {@link Decoder#decode} gives: an {@link Instruction}, or an {@link Undecoded} that says why
 * not.
 */
public sealed interface DecodeResult permits Instruction, Undecoded {
  /** Bytes looked at: the instruction's length where it is known, 1..15. */
  int length();
}
