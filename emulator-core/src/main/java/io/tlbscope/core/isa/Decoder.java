package io.tlbscope.core.isa;

/**
 * Turns bytes into instructions (Intel SDM vol. 2A, chapter 2, and vol. 2D, appendix A). Stateless;
 * never throws on any bytes.
 */
public final class Decoder {
  private Decoder() {}

  /**
   * Decodes one instruction.
   *
   * @param bytes holds the code
   * @param offset first byte of the instruction
   * @param available bytes that may be read from {@code offset} on, at least 0; more than 15 are
   *     never read
   */
  public static DecodeResult decode(CodeMode mode, byte[] bytes, int offset, int available) {
    return new InstructionDecoder(mode, bytes, offset, available).decode();
  }
}
