package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import java.util.Map;

/** SSE instructions of the form xmm, xmm/m[, imm8] and the shifts by a constant. */
final class VectorLogic {
  private VectorLogic() {}

  static void register(Map<Mnemonic, Family> table) {
    PackedIntegers.TABLE.forEach(
        (mnemonic, function) -> table.put(mnemonic, l -> binary(l, function)));
    PackedShuffles.TABLE.forEach(
        (mnemonic, function) -> table.put(mnemonic, l -> binary(l, function)));
    HorizontalIntegers.TABLE.forEach(
        (mnemonic, function) -> table.put(mnemonic, l -> binary(l, function)));
    Ciphers.TABLE.forEach((mnemonic, function) -> table.put(mnemonic, l -> binary(l, function)));
    PackedRounding.TABLE.forEach(
        (mnemonic, function) -> table.put(mnemonic, l -> binary(l, function)));
    PackedFloats.TABLE.forEach(
        (mnemonic, function) -> table.put(mnemonic, l -> binary(l, function)));
  }

  private static void binary(Lift l, VectorFunction function) {
    if (MmxLift.isMmx(l, 0)) {
      MmxLift.binary(l, half(l.in.mnemonic(), function));
      return;
    }
    requireXmm(l, 0);
    l.checkSse(function.floats() != null);
    int count = l.in.operands().size();
    if (l.in.operand(1) instanceof Operand.Immediate imm) {
      boolean bytes = l.in.mnemonic() == Mnemonic.PSLLDQ || l.in.mnemonic() == Mnemonic.PSRLDQ;
      if (!bytes) {
        VectorMoves.put(l, Lift.SCRATCH, 0, 64, Lift.ZERO, imm.value() & 0xFF);
      }
      l.vector(function, l.number(0), Lift.SCRATCH, imm.value() & 0xFF);
      return;
    }
    long imm = count > 2 ? l.imm(2) & 0xFF : 0;
    if (l.in.mnemonic() == Mnemonic.INSERTPS && l.isMemory(1)) {
      // There is one lane only.
      imm &= 0x3F;
    }
    l.vector(function, l.number(0), l.xmm(1, true), imm);
  }

  /** What an MMX form does: the high unpacks take the upper halves of one quadword. */
  private static VectorFunction.Half half(Mnemonic mnemonic, VectorFunction function) {
    return switch (mnemonic) {
      case PUNPCKHBW -> PackedShuffles.TABLE.get(Mnemonic.PUNPCKLBW).high();
      case PUNPCKHWD -> PackedShuffles.TABLE.get(Mnemonic.PUNPCKLWD).high();
      case PUNPCKHDQ -> PackedShuffles.TABLE.get(Mnemonic.PUNPCKLDQ).high();
      default -> HorizontalIntegers.MMX.getOrDefault(mnemonic, function.low());
    };
  }

  static void requireXmm(Lift l, int n) {
    if (!l.isXmm(n)) {
      throw new UnsupportedForm(l.in.mnemonic() + " without an XMM destination");
    }
  }
}
