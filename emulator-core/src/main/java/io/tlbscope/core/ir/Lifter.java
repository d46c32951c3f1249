package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.system.Helper;
import io.tlbscope.core.system.Helpers;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Instruction to IR. */
public final class Lifter {
  private static final Map<Mnemonic, Family> TABLE = new EnumMap<>(Mnemonic.class);

  static {
    Arithmetic.register(TABLE);
    Logic.register(TABLE);
    Shifts.register(TABLE);
    Bits.register(TABLE);
    Moves.register(TABLE);
    Stack.register(TABLE);
    Branches.register(TABLE);
    Multiply.register(TABLE);
    Decimal.register(TABLE);
    FlagOps.register(TABLE);
    Exchange.register(TABLE);
    Strings.register(TABLE);
    VectorMoves.register(TABLE);
    VectorLogic.register(TABLE);
    VectorElements.register(TABLE);
    PackedExtensions.register(TABLE);
    ScalarFloat.register(TABLE);
    X87Arithmetic.register(TABLE);
    X87Moves.register(TABLE);
    X87Comparisons.register(TABLE);
    X87Control.register(TABLE);
    X87Functions.register(TABLE);
    MmxMoves.register(TABLE);
    MmxConversions.register(TABLE);
  }

  private Lifter() {}

  /**
   * Appends the operations of {@code in} at offset {@code rip}. Helpers serve what no family lifts.
   *
   * @param index number of the instruction in its block
   */
  public static void lift(Instruction in, LiftMode mode, long rip, List<IrOp> out, int index) {
    Lift l = new Lift(in, mode, rip, out, index);
    Family family = TABLE.get(in.mnemonic());
    int before = out.size();
    if (family != null && lifted(family, l)) {
      return;
    }
    out.subList(before, out.size()).clear();
    Helper helper = Helpers.find(in);
    if (helper != null) {
      l.add(
          Op.HELPER,
          in.operandBits(),
          Lift.DISCARD,
          Lift.DISCARD,
          0,
          0,
          0,
          l.next,
          0,
          null,
          new HelperCall(helper, in));
    } else {
      l.add(Op.UNIMPLEMENTED, 0, Lift.DISCARD, Lift.DISCARD, 0, 0, 0, 0, 0, null, in);
    }
  }

  private static boolean lifted(Family family, Lift l) {
    try {
      family.lift(l);
      return true;
    } catch (UnsupportedForm e) {
      return false;
    }
  }

  /** A helper and the instruction it serves. */
  public record HelperCall(Helper helper, Instruction instruction) {}
}
