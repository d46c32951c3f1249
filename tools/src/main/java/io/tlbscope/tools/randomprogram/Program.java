package io.tlbscope.tools.randomprogram;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What the parts of one program being written share. */
final class Program {
  /**
   * @param cost instructions that a call retires
   */
  record Function(Code.Label entry, double cost) {}

  final Random random;

  /** Code from {@link Layout#PROGRAM} on, and the page of the 16-bit segment. */
  final Code main = new Code(Layout.PROGRAM);

  final Code code16 = new Code(Layout.CODE_16);

  /** Functions that may be called from what is written next. */
  final List<Function> functions = new ArrayList<>();

  /** Immediate operands in code that other code overwrites. */
  final List<Code.Label> patches = new ArrayList<>();

  /** Opcodes of instructions that other code turns from ADD into SUB and back. */
  final List<Code.Label> opcodes = new ArrayList<>();

  Program(Random random) {
    this.random = random;
  }

  boolean hasRoom16() {
    return code16.va() < Layout.CODE_16 + Layout.PAGE * 3 / 4;
  }

  boolean hasRoom() {
    return main.va() < Layout.PROGRAM_END - Layout.PAGE * 16;
  }
}
