package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/**
 * Conversions between XMM and general registers, and comparisons that set RFLAGS (Intel SDM vol. 1,
 * 11.6.5).
 */
final class ScalarFloat {
  private static final VectorFunction TO_DOUBLE =
      VectorFunction.floats((u, dl, dh, sl, sh, imm) -> FloatConversions.fromLong64(u, sl), null)
          .as(VectorFunction.Shape.DOUBLE);
  private static final VectorFunction TO_SINGLE =
      VectorFunction.floats(
          (u, dl, dh, sl, sh, imm) -> PackedFloats.with(dl, FloatConversions.fromLong32(u, sl)),
          null);

  private ScalarFloat() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.CVTSI2SD, l -> fromInteger(l, TO_DOUBLE));
    table.put(Mnemonic.CVTSI2SS, l -> fromInteger(l, TO_SINGLE));
    table.put(Mnemonic.CVTSD2SI, l -> toInteger(l, true, false));
    table.put(Mnemonic.CVTTSD2SI, l -> toInteger(l, true, true));
    table.put(Mnemonic.CVTSS2SI, l -> toInteger(l, false, false));
    table.put(Mnemonic.CVTTSS2SI, l -> toInteger(l, false, true));
    table.put(Mnemonic.UCOMISS, l -> compare(l, 32, 0));
    table.put(Mnemonic.COMISS, l -> compare(l, 32, 1));
    table.put(Mnemonic.UCOMISD, l -> compare(l, 64, 0));
    table.put(Mnemonic.COMISD, l -> compare(l, 64, 1));
  }

  private static void fromInteger(Lift l, VectorFunction function) {
    l.checkSse(true);
    int bits = l.width(1);
    int t = l.temp();
    l.sub(Op.SEXT, 64, t, Lift.ZERO, l.slot(1), 0, bits);
    l.add(Op.XFROM, 64, l.number(0), Lift.DISCARD, t, 0, 0, 0, 0, null, function);
  }

  private static void toInteger(Lift l, boolean isDouble, boolean truncate) {
    l.checkSse(true);
    int bits = l.width(0);
    VectorFunction.FloatHalf function =
        isDouble
            ? (u, dl, dh, sl, sh, imm) -> FloatConversions.toInteger64(u, sl, bits, truncate)
            : (u, dl, dh, sl, sh, imm) -> FloatConversions.toInteger32(u, (int) sl, bits, truncate);
    l.add(Op.XTO, bits, l.number(0), Lift.DISCARD, 0, l.xmm(1, false), 0, 0, 0, null, function);
  }

  private static void compare(Lift l, int bits, int signalling) {
    l.checkSse(true);
    l.add(
        Op.FCOMPARE,
        bits,
        Lift.DISCARD,
        Lift.DISCARD,
        l.number(0),
        l.xmm(1, false),
        0,
        0,
        signalling,
        null,
        null);
  }
}
