package io.tlbscope.core.ir;

import static java.lang.Double.doubleToRawLongBits;

import io.tlbscope.core.fp.FloatUnit;
import io.tlbscope.core.ir.FloatMath.Single;
import io.tlbscope.core.ir.VectorFunction.FloatHalf;
import io.tlbscope.core.ir.VectorFunction.Shape;
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
    arithmetic("ADD", FloatMath::add64, FloatMath::add32, Shape.ADD_DOUBLE);
    arithmetic("SUB", FloatMath::subtract64, FloatMath::subtract32, Shape.SUB_DOUBLE);
    arithmetic("MUL", FloatMath::multiply64, FloatMath::multiply32, Shape.MUL_DOUBLE);
    arithmetic("DIV", FloatMath::divide64, FloatMath::divide32, Shape.DIV_DOUBLE);
    arithmetic("MIN", FloatMath::min64, FloatMath::min32, Shape.DOUBLE);
    arithmetic("MAX", FloatMath::max64, FloatMath::max32, Shape.DOUBLE);
    arithmetic(
        "SQRT",
        (u, a, b) -> FloatMath.root64(u, b),
        (u, a, b) -> FloatMath.root32(u, b),
        Shape.DOUBLE);
    each("ADDPS", (u, a, b) -> FloatMath.pair(u, Single.ADD, a, b));
    each("SUBPS", (u, a, b) -> FloatMath.pair(u, Single.SUBTRACT, a, b));
    each("MULPS", (u, a, b) -> FloatMath.pair(u, Single.MULTIPLY, a, b));
    each("DIVPS", (u, a, b) -> FloatMath.pair(u, Single.DIVIDE, a, b));
    comparisons();
    estimates();
    conversions();
    horizontal("HADD", FloatMath::add64, FloatMath::add32);
    horizontal("HSUB", FloatMath::subtract64, FloatMath::subtract32);
    put(
        "ADDSUBPD",
        (u, dl, dh, sl, sh, imm) -> FloatMath.subtract64(u, dl, sl),
        (u, dl, dh, sl, sh, imm) -> FloatMath.add64(u, dh, sh));
    each(
        "ADDSUBPS",
        (u, a, b) ->
            join(FloatMath.subtract32(u, (int) a, (int) b), FloatMath.add32(u, high(a), high(b))));
  }

  private PackedFloats() {}

  /** One lane, or a quadword of them. */
  @FunctionalInterface
  private interface Wide {
    long apply(FloatUnit u, long d, long s);
  }

  @FunctionalInterface
  private interface Narrow {
    int apply(FloatUnit u, int d, int s);
  }

  private static void put(String name, FloatHalf low, FloatHalf high) {
    TABLE.put(Mnemonic.valueOf(name), VectorFunction.floats(low, high));
  }

  private static void each(String name, Wide f) {
    put(
        name,
        (u, dl, dh, sl, sh, imm) -> f.apply(u, dl, sl),
        (u, dl, dh, sl, sh, imm) -> f.apply(u, dh, sh));
  }

  private static void low(String name, Wide f) {
    put(name, (u, dl, dh, sl, sh, imm) -> f.apply(u, dl, sl), null);
  }

  /** Packed and scalar forms of both precisions. */
  private static void arithmetic(String name, Wide f64, Narrow f32, Shape shape) {
    each(name + "PD", f64);
    low(name + "SD", f64);
    TABLE.computeIfPresent(Mnemonic.valueOf(name + "SD"), (m, function) -> function.as(shape));
    each(
        name + "PS",
        (u, a, b) -> join(f32.apply(u, (int) a, (int) b), f32.apply(u, high(a), high(b))));
    low(name + "SS", (u, a, b) -> with(a, f32.apply(u, (int) a, (int) b)));
  }

  /** SSE3: neighbours of the destination, then of the source (Intel SDM vol. 1, 12.3). */
  private static void horizontal(String name, Wide f64, Narrow f32) {
    put(
        name + "PD",
        (u, dl, dh, sl, sh, imm) -> f64.apply(u, dl, dh),
        (u, dl, dh, sl, sh, imm) -> f64.apply(u, sl, sh));
    put(
        name + "PS",
        (u, dl, dh, sl, sh, imm) ->
            join(f32.apply(u, (int) dl, high(dl)), f32.apply(u, (int) dh, high(dh))),
        (u, dl, dh, sl, sh, imm) ->
            join(f32.apply(u, (int) sl, high(sl)), f32.apply(u, (int) sh, high(sh))));
  }

  private static void comparisons() {
    put("CMPSD_XMM", (u, dl, dh, sl, sh, imm) -> compare64(u, dl, sl, imm), null);
    put("CMPSS", (u, dl, dh, sl, sh, imm) -> with(dl, compare32(u, dl, sl, imm)), null);
    put(
        "CMPPD",
        (u, dl, dh, sl, sh, imm) -> compare64(u, dl, sl, imm),
        (u, dl, dh, sl, sh, imm) -> compare64(u, dh, sh, imm));
    put(
        "CMPPS",
        (u, dl, dh, sl, sh, imm) -> comparePair(u, dl, sl, imm),
        (u, dl, dh, sl, sh, imm) -> comparePair(u, dh, sh, imm));
  }

  private static long compare64(FloatUnit u, long a, long b, int imm) {
    return FloatMath.compare64(u, imm, a, b) ? -1 : 0;
  }

  private static int compare32(FloatUnit u, long a, long b, int imm) {
    return FloatMath.compare32(u, imm, (int) a, (int) b) ? -1 : 0;
  }

  private static long comparePair(FloatUnit u, long a, long b, int imm) {
    return join(compare32(u, a, b, imm), compare32(u, a >>> 32, b >>> 32, imm));
  }

  /** Reciprocals, which raise nothing. */
  private static void estimates() {
    for (boolean root : new boolean[] {false, true}) {
      String name = root ? "RSQRT" : "RCP";
      TABLE.put(
          Mnemonic.valueOf(name + "SS"),
          VectorFunction.low((a, b) -> with(a, FloatConversions.reciprocal((int) b, root))));
      TABLE.put(Mnemonic.valueOf(name + "PS"), VectorFunction.each((a, b) -> reciprocals(b, root)));
    }
  }

  private static long reciprocals(long a, boolean root) {
    return join(
        FloatConversions.reciprocal((int) a, root), FloatConversions.reciprocal(high(a), root));
  }

  private static void conversions() {
    low("CVTSS2SD", (u, a, b) -> FloatConversions.widen(u, (int) b));
    low("CVTSD2SS", (u, a, b) -> with(a, FloatConversions.narrow(u, b)));
    put(
        "CVTPS2PD",
        (u, dl, dh, sl, sh, imm) -> FloatConversions.widen(u, (int) sl),
        (u, dl, dh, sl, sh, imm) -> FloatConversions.widen(u, high(sl)));
    toLow(
        "CVTPD2PS",
        (u, sl, sh) -> join(FloatConversions.narrow(u, sl), FloatConversions.narrow(u, sh)));
    TABLE.put(
        Mnemonic.CVTDQ2PD,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> doubleToRawLongBits((int) sl),
            (dl, dh, sl, sh, imm) -> doubleToRawLongBits(high(sl))));
    each("CVTDQ2PS", (u, a, b) -> fromIntegers(u, b));
    each("CVTPS2DQ", (u, a, b) -> toIntegers32(u, b, false));
    each("CVTTPS2DQ", (u, a, b) -> toIntegers32(u, b, true));
    toLow("CVTPD2DQ", (u, sl, sh) -> toIntegers64(u, sl, sh, false));
    toLow("CVTTPD2DQ", (u, sl, sh) -> toIntegers64(u, sl, sh, true));
  }

  /** Both quadwords of the source into the low one; the high one becomes 0. */
  private static void toLow(String name, Wide f) {
    put(name, (u, dl, dh, sl, sh, imm) -> f.apply(u, sl, sh), (u, dl, dh, sl, sh, imm) -> 0);
  }

  /** Two integers of 32 bits to floats. */
  static long fromIntegers(FloatUnit u, long a) {
    return join(FloatConversions.fromLong32(u, (int) a), FloatConversions.fromLong32(u, high(a)));
  }

  /** Two floats to integers of 32 bits. */
  static long toIntegers32(FloatUnit u, long a, boolean truncate) {
    return join(
        (int) FloatConversions.toInteger32(u, (int) a, 32, truncate),
        (int) FloatConversions.toInteger32(u, high(a), 32, truncate));
  }

  /** Two doubles to integers of 32 bits. */
  static long toIntegers64(FloatUnit u, long low, long high, boolean truncate) {
    return join(
        (int) FloatConversions.toInteger64(u, low, 32, truncate),
        (int) FloatConversions.toInteger64(u, high, 32, truncate));
  }

  static long join(int low, int high) {
    return low & LOW | (long) high << 32;
  }

  /** The quadword with another low half. */
  static long with(long a, int low) {
    return a & ~LOW | low & LOW;
  }

  static int high(long a) {
    return (int) (a >>> 32);
  }
}
