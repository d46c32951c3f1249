package io.tlbscope.tools.randomprogram;

/** Stores to code: immediates and opcodes of instructions that have run, or that come next. */
final class SelfModification {
  /** ADD and SUB of a register pair differ in these bits of the opcode. */
  private static final int ADD_XOR_SUB = 0x28;

  private final Program program;
  private final Writer w;

  SelfModification(Program program, Writer writer) {
    this.program = program;
    this.w = writer;
  }

  void write() {
    switch (w.below(5)) {
      case 0 -> toggleNext();
      case 1 -> patchNext();
      case 2 -> toggleAny();
      default -> patchAny();
    }
  }

  /** An instruction whose immediate or opcode other code may change, for the midst of hot code. */
  void target() {
    if (w.oneIn(2)) {
      addImmediate();
    } else {
      addOrSubtract();
    }
  }

  /** ADD or SUB by turns, decided by the instruction before it. */
  private void toggleNext() {
    Code.Label opcode = new Code.Label();
    toggle(opcode);
    addOrSubtract(opcode);
  }

  private void toggleAny() {
    if (!program.opcodes.isEmpty()) {
      toggle(program.opcodes.get(w.below(program.opcodes.size())));
    }
  }

  /** XOR byte [opcode], 28h. */
  private void toggle(Code.Label opcode) {
    w.code.hex("803425").address(opcode, 0, 4).i8(ADD_XOR_SUB);
    w.counted(1);
  }

  private void addOrSubtract() {
    Code.Label opcode = new Code.Label();
    program.opcodes.add(opcode);
    addOrSubtract(opcode);
  }

  private void addOrSubtract(Code.Label opcode) {
    w.code.i8(0x48).bind(opcode).i8(0x01).i8(0xC0 | w.lowRegister() << 3 | w.lowRegister());
    w.counted(1);
  }

  /** ADD register, imm32. */
  private void addImmediate() {
    Code.Label immediate = new Code.Label();
    program.patches.add(immediate);
    addImmediate(immediate);
  }

  private void addImmediate(Code.Label immediate) {
    w.code.i8(0x81).i8(0xC0 | w.lowRegister()).bind(immediate).i32(w.value());
    w.counted(1);
  }

  /** MOV [immediate], register, right before the instruction that has it. */
  private void patchNext() {
    Code.Label immediate = new Code.Label();
    int register = w.lowRegister();
    w.code.i8(0x89).i8(4 | register << 3).i8(0x25).address(immediate, 0, 4);
    w.counted(1);
    addImmediate(immediate);
  }

  /** One byte or four of an immediate anywhere before here. */
  private void patchAny() {
    if (program.patches.isEmpty()) {
      patchNext();
      return;
    }
    Code.Label immediate = program.patches.get(w.below(program.patches.size()));
    // ADD byte [immediate], imm8, or ADD [immediate], imm32
    boolean one = w.oneIn(2);
    w.code.hex(one ? "800425" : "810425").address(immediate, 0, 4).integer(w.value(), one ? 1 : 4);
    w.counted(1);
  }
}
