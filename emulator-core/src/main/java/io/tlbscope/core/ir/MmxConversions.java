package io.tlbscope.core.ir;

import static java.lang.Double.doubleToRawLongBits;
import static java.lang.Double.longBitsToDouble;
import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/** Conversions between MMX and XMM registers (Intel SDM vol. 1, 10.4.3 and 11.4.1.6). */
final class MmxConversions {
  private static final long LOW = 0xFFFF_FFFFL;

  private MmxConversions() {}

  static void register(Map<Mnemonic, Family> table) {
    VectorFunction floats =
        VectorFunction.low(
            (a, b) ->
                floatToRawIntBits((float) (int) b) & LOW
                    | (long) floatToRawIntBits((float) (int) (b >> 32)) << 32);
    VectorFunction doubles =
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> doubleToRawLongBits((int) sl),
            (dl, dh, sl, sh, imm) -> doubleToRawLongBits((int) (sl >> 32)));
    table.put(Mnemonic.CVTPI2PS, l -> toXmm(l, floats));
    table.put(Mnemonic.CVTPI2PD, l -> toXmm(l, doubles));
    table.put(Mnemonic.CVTPS2PI, l -> toMmx(l, false, false));
    table.put(Mnemonic.CVTTPS2PI, l -> toMmx(l, false, true));
    table.put(Mnemonic.CVTPD2PI, l -> toMmx(l, true, false));
    table.put(Mnemonic.CVTTPD2PI, l -> toMmx(l, true, true));
  }

  private static void toXmm(Lift l, VectorFunction function) {
    l.checkSse(true);
    boolean enters = MmxLift.isMmx(l, 1);
    if (enters) {
      MmxLift.check(l);
    }
    int t = MmxLift.value(l, 1);
    l.add(Op.XFROM, 64, l.number(0), Lift.DISCARD, t, 0, 0, 0, 0, null, function);
    if (enters) {
      MmxLift.enter(l);
    }
  }

  private static void toMmx(Lift l, boolean fromDoubles, boolean truncate) {
    l.checkSse(true);
    MmxLift.check(l);
    VectorFunction.Half function =
        (dl, dh, sl, sh, imm) -> {
          double first = fromDoubles ? longBitsToDouble(sl) : intBitsToFloat((int) sl);
          double second = fromDoubles ? longBitsToDouble(sh) : intBitsToFloat((int) (sl >> 32));
          return FloatMath.toInt(first, truncate) & LOW
              | (long) FloatMath.toInt(second, truncate) << 32;
        };
    int t = l.temp();
    l.add(Op.XTO, 64, t, Lift.DISCARD, 0, l.xmm(1, true), 0, 0, 0, null, function);
    MmxLift.put(l, 0, t);
  }
}
