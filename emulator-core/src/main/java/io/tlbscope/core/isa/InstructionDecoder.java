package io.tlbscope.core.isa;
final class InstructionDecoder {
  InstructionDecoder(CodeMode mode, byte[] bytes, int offset, int available) {}
  DecodeResult decode() { return Undecoded.of(Undecoded.Kind.INVALID, 1); }
}
