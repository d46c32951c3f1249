package io.tlbscope.core.ir;

import static java.lang.Double.doubleToRawLongBits;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/**
 * Conversions between MMX and XMM registers (Intel SDM vol. 1, 10.4.3 and 11.4.1.6). The x87 state
 * becomes MMX's also if the conversion then raises #XM, as on AMD's processors.
 */
final class MmxConversions {
  private MmxConversions() {}

  static void register(Map<Mnemonic, Family> table) {
    VectorFunction floats =
        VectorFunction.floats((u, dl, dh, sl, sh, imm) -> PackedFloats.fromIntegers(u, sl), null);
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
    if (enters) {
      MmxLift.enter(l);
    }
    l.add(Op.XFROM, 64, l.number(0), Lift.DISCARD, t, 0, 0, 0, 0, null, function);
  }

  private static void toMmx(Lift l, boolean fromDoubles, boolean truncate) {
    l.checkSse(true);
    MmxLift.check(l);
    VectorFunction.FloatHalf function =
        fromDoubles
            ? (u, dl, dh, sl, sh, imm) -> PackedFloats.toIntegers64(u, sl, sh, truncate)
            : (u, dl, dh, sl, sh, imm) -> PackedFloats.toIntegers32(u, sl, truncate);
    int from = l.xmm(1, true);
    int t = l.temp();
    MmxLift.enter(l);
    l.add(Op.XTO, 64, t, Lift.DISCARD, 0, from, 0, 0, 0, null, function);
    MmxLift.put(l, 0, t);
  }
}
