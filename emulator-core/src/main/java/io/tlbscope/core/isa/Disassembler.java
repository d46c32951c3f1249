package io.tlbscope.core.isa;

/** Intel-syntax text of decoded instructions. */
public final class Disassembler {
  private Disassembler() {}

  /** Text of {@code instruction} at {@code rip}; branch targets are absolute. */
  public static String text(Instruction instruction, long rip) {
    return new InstructionText(instruction, rip).toString();
  }

  /** Text of any decoding result; {@code (bad)} for what is no instruction. */
  public static String text(DecodeResult result, long rip) {
    return switch (result) {
      case Instruction instruction -> text(instruction, rip);
      case Undecoded undecoded -> InstructionText.of(undecoded, rip);
    };
  }
}
