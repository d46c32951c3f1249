package io.tlbscope.tools.randomprogram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.LiftMode;
import io.tlbscope.core.ir.Lifter;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.DecodeResult;
import io.tlbscope.core.isa.Decoder;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.tools.randomprogram.RandomProgram.Piece;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the programs' instructions are lifted to. */
class OperationsOfProgramsTest {
  private static final int PROGRAMS = 300;

  /** Operations that no instruction of a program may have or can have. */
  private static final Map<Op, String> EXCEPTIONS =
      Map.of(
          Op.UNIMPLEMENTED, "ends the run with a named error",
          Op.FALL, "made by the block decoder where a block reaches its limit, not by the lifter");

  private final Set<Op> lifted = EnumSet.noneOf(Op.class);
  private final Map<CodeMode, Set<Mnemonic>> mnemonics = new EnumMap<>(CodeMode.class);

  private void lift(RandomProgram program) {
    byte[] image = program.image();
    for (Piece piece : program.pieces()) {
      int at = piece.offset();
      int end = at + piece.length();
      while (at < end) {
        DecodeResult result = Decoder.decode(piece.mode(), image, at, end - at);
        if (result instanceof Instruction in) {
          List<IrOp> ops = new ArrayList<>();
          Lifter.lift(in, mode(piece.mode()), piece.va() + at - piece.offset(), ops, 0);
          ops.forEach(op -> lifted.add(op.op()));
          mnemonics
              .computeIfAbsent(piece.mode(), mode -> EnumSet.noneOf(Mnemonic.class))
              .add(in.mnemonic());
        }
        at += result.length();
      }
    }
  }

  private static LiftMode mode(CodeMode mode) {
    return mode == CodeMode.BITS64 ? LiftMode.LONG : new LiftMode(mode, 32, false, 32);
  }

  @Test
  void everyOperationIsLiftedSomewhere() {
    for (int seed = 0; seed < PROGRAMS; seed++) {
      lift(RandomProgram.of(seed));
    }
    Set<Op> missing = EnumSet.complementOf(EnumSet.copyOf(lifted));
    assertEquals(EXCEPTIONS.keySet(), missing);
    mnemonics.forEach((mode, names) -> assertTrue(names.size() > 100, mode + ": " + names.size()));
  }
}
