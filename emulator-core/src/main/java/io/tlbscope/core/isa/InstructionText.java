package io.tlbscope.core.isa;
final class InstructionText {
  InstructionText(Instruction i, long rip) {}
  static String of(Undecoded u, long rip) { return u.name(); }
}
