package io.tlbscope.core.ir;

import static java.lang.Double.longBitsToDouble;
import static java.lang.Float.intBitsToFloat;

import io.tlbscope.core.isa.Mnemonic;
import java.util.EnumMap;
import java.util.Map;

/**
 * SSE and SSE2 floating point on XMM registers: packed PS and PD, scalar SS and SD (Intel SDM vol.
 * 1, 10.4 and 11.4).
 */
final class PackedFloats {
  static final Map<Mnemonic, VectorFunction> TABLE = new EnumMap<>(Mnemonic.class);
  private static final long LOW = 0xFFFF_FFFFL;

  static {
    for (FloatMath.Kind kind : FloatMath.Kind.values()) {
      TABLE.put(
          Mnemonic.valueOf(kind + "PD"),
          (x, d, s, imm) -> {
            long low = FloatMath.apply64(kind, x[d], x[s]);
            x[d + 1] = FloatMath.apply64(kind, x[d + 1], x[s + 1]);
            x[d] = low;
          });
      TABLE.put(
          Mnemonic.valueOf(kind + "SD"),
          (x, d, s, imm) -> x[d] = FloatMath.apply64(kind, x[d], x[s]));
      TABLE.put(
          Mnemonic.valueOf(kind + "PS"),
          (x, d, s, imm) -> {
            long low = pair(kind, x[d], x[s]);
            x[d + 1] = pair(kind, x[d + 1], x[s + 1]);
            x[d] = low;
          });
      TABLE.put(
          Mnemonic.valueOf(kind + "SS"),
          (x, d, s, imm) ->
              x[d] = x[d] & ~LOW | FloatMath.apply32(kind, (int) x[d], (int) x[s]) & LOW);
    }
    TABLE.put(Mnemonic.CMPSD_XMM, (x, d, s, imm) -> x[d] = compare64(x[d], x[s], imm));
    TABLE.put(Mnemonic.CMPSS, (x, d, s, imm) -> x[d] = x[d] & ~LOW | compare32(x[d], x[s], imm));
    TABLE.put(
        Mnemonic.CMPPD,
        (x, d, s, imm) ->
            set(x, d, compare64(x[d], x[s], imm), compare64(x[d + 1], x[s + 1], imm)));
    TABLE.put(
        Mnemonic.CMPPS,
        (x, d, s, imm) ->
            set(x, d, comparePair(x[d], x[s], imm), comparePair(x[d + 1], x[s + 1], imm)));
    estimates();
    conversions();
  }

  /** Reciprocals: the manual allows a relative error of 1.5 * 2^-12; these are exact to a float. */
  private static void estimates() {
    for (boolean root : new boolean[] {false, true}) {
      String name = root ? "RSQRT" : "RCP";
      TABLE.put(
          Mnemonic.valueOf(name + "SS"),
          (x, d, s, imm) -> x[d] = x[d] & ~LOW | FloatMath.reciprocal((int) x[s], root) & LOW);
      TABLE.put(
          Mnemonic.valueOf(name + "PS"),
          (x, d, s, imm) -> set(x, d, reciprocals(x[s], root), reciprocals(x[s + 1], root)));
    }
  }

  private static long reciprocals(long a, boolean root) {
    return join(FloatMath.reciprocal((int) a, root), FloatMath.reciprocal(high(a), root));
  }

  private PackedFloats() {}

  private static void set(long[] x, int d, long low, long high) {
    x[d] = low;
    x[d + 1] = high;
  }

  private static long join(int low, int high) {
    return low & LOW | (long) high << 32;
  }

  private static int high(long a) {
    return (int) (a >>> 32);
  }

  private static long pair(FloatMath.Kind kind, long a, long b) {
    return join(
        FloatMath.apply32(kind, (int) a, (int) b), FloatMath.apply32(kind, high(a), high(b)));
  }

  private static long compare64(long a, long b, int imm) {
    return FloatMath.compare(imm, longBitsToDouble(a), longBitsToDouble(b)) ? -1 : 0;
  }

  private static long compare32(long a, long b, int imm) {
    return FloatMath.compare(imm, intBitsToFloat((int) a), intBitsToFloat((int) b)) ? LOW : 0;
  }

  private static long comparePair(long a, long b, int imm) {
    return compare32(a, b, imm) | compare32(a >>> 32, b >>> 32, imm) << 32;
  }

  private static void conversions() {
    TABLE.put(Mnemonic.CVTSS2SD, (x, d, s, imm) -> x[d] = FloatMath.widen((int) x[s]));
    TABLE.put(
        Mnemonic.CVTSD2SS, (x, d, s, imm) -> x[d] = x[d] & ~LOW | FloatMath.narrow(x[s]) & LOW);
    TABLE.put(
        Mnemonic.CVTPS2PD,
        (x, d, s, imm) -> set(x, d, FloatMath.widen((int) x[s]), FloatMath.widen(high(x[s]))));
    TABLE.put(
        Mnemonic.CVTPD2PS,
        (x, d, s, imm) -> set(x, d, join(FloatMath.narrow(x[s]), FloatMath.narrow(x[s + 1])), 0));
    TABLE.put(Mnemonic.CVTDQ2PD, (x, d, s, imm) -> set(x, d, bits((int) x[s]), bits(high(x[s]))));
    TABLE.put(Mnemonic.CVTDQ2PS, (x, d, s, imm) -> set(x, d, floats(x[s]), floats(x[s + 1])));
    TABLE.put(
        Mnemonic.CVTPS2DQ,
        (x, d, s, imm) -> set(x, d, integers(x[s], false), integers(x[s + 1], false)));
    TABLE.put(
        Mnemonic.CVTTPS2DQ,
        (x, d, s, imm) -> set(x, d, integers(x[s], true), integers(x[s + 1], true)));
    TABLE.put(Mnemonic.CVTPD2DQ, (x, d, s, imm) -> set(x, d, doubles(x, s, false), 0));
    TABLE.put(Mnemonic.CVTTPD2DQ, (x, d, s, imm) -> set(x, d, doubles(x, s, true), 0));
  }

  private static long bits(int value) {
    return Double.doubleToRawLongBits(value);
  }

  private static long floats(long a) {
    return join(Float.floatToRawIntBits((int) a), Float.floatToRawIntBits(high(a)));
  }

  private static long integers(long a, boolean truncate) {
    int low = FloatMath.toInt(intBitsToFloat((int) a), truncate);
    return join(low, FloatMath.toInt(intBitsToFloat(high(a)), truncate));
  }

  private static long doubles(long[] x, int s, boolean truncate) {
    int low = FloatMath.toInt(longBitsToDouble(x[s]), truncate);
    return join(low, FloatMath.toInt(longBitsToDouble(x[s + 1]), truncate));
  }
}
