package io.tlbscope.core.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.Decoder;
import io.tlbscope.core.isa.Instruction;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flags are computed where somebody can see them, and nowhere else. */
class DeadFlagsTest {
  @ParameterizedTest
  @CsvSource({
    // add; add: the first one's flags are overwritten
    "01d801c8, false true",
    // add; adc: CF is read
    "01d811c8, true true",
    // add; inc: CF passes through
    "01d8ffc0, true true",
    // add; mov; xor: nobody looks between
    "01d889cb31c0, false true",
    // add; mov eax,[rbx]; xor: the load may fault
    "01d88b0331c0, true true",
    // add [rbx],eax; xor: the store may end the block
    "010331c9, true true",
    // add; jz: read
    "01d87400, true",
    // add; shl eax,cl; sub: the count may be zero, but both are overwritten
    "01d8d3e029c8, false false true",
    // add; shl eax,cl
    "01d8d3e0, true true"
  })
  void deadFlagsAreNotComputed(String hex, String expected) {
    byte[] code = HexFormat.of().parseHex(hex);
    List<IrOp> ops = new ArrayList<>();
    int index = 0;
    for (int at = 0; at < code.length; index++) {
      Instruction in = (Instruction) Decoder.decode(CodeMode.BITS64, code, at, code.length - at);
      Lifter.lift(in, LiftMode.LONG, 0x1000 + at, ops, index);
      at += in.length();
    }
    DeadFlags.eliminate(ops);
    List<String> computed =
        ops.stream()
            .filter(
                op -> op.op().flagUse() != Op.FlagUse.NONE && op.op().flagUse() != Op.FlagUse.READS)
            .map(op -> String.valueOf(op.flags()))
            .toList();
    assertEquals(expected, String.join(" ", computed));
  }
}
