package io.tlbscope.core.ir;

import static java.lang.Double.longBitsToDouble;
import static java.lang.Float.intBitsToFloat;

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
    arithmetic("SQRT", (a, b) -> FloatMath.root64(b), (a, b) -> FloatMath.root32(b), Shape.DOUBLE);
    TABLE.put(
        Mnemonic.CMPSD_XMM,
        new VectorFunction((dl, dh, sl, sh, imm) -> compare64(dl, sl, imm), null));
    TABLE.put(
        Mnemonic.CMPSS,
        new VectorFunction((dl, dh, sl, sh, imm) -> dl & ~LOW | compare32(dl, sl, imm), null));
    TABLE.put(
        Mnemonic.CMPPD,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> compare64(dl, sl, imm),
            (dl, dh, sl, sh, imm) -> compare64(dh, sh, imm)));
    TABLE.put(
        Mnemonic.CMPPS,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> comparePair(dl, sl, imm),
            (dl, dh, sl, sh, imm) -> comparePair(dh, sh, imm)));
    estimates();
    conversions();
    horizontal("HADD", FloatMath::add64, FloatMath::add32);
    horizontal("HSUB", FloatMath::subtract64, FloatMath::subtract32);
    TABLE.put(
        Mnemonic.ADDSUBPD,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> FloatMath.subtract64(dl, sl),
            (dl, dh, sl, sh, imm) -> FloatMath.add64(dh, sh)));
    TABLE.put(
        Mnemonic.ADDSUBPS,
        VectorFunction.each(
            (a, b) ->
                join(FloatMath.subtract32((int) a, (int) b), FloatMath.add32(high(a), high(b)))));
  }

  /** SSE3: neighbours of the destination, then of the source (Intel SDM vol. 1, 12.3). */
  private static void horizontal(String name, VectorFunction.Pair f64, Lane f32) {
    TABLE.put(
        Mnemonic.valueOf(name + "PD"),
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> f64.apply(dl, dh),
            (dl, dh, sl, sh, imm) -> f64.apply(sl, sh)));
    TABLE.put(
        Mnemonic.valueOf(name + "PS"),
        new VectorFunction(
            (dl, dh, sl, sh, imm) ->
                join(f32.apply((int) dl, high(dl)), f32.apply((int) dh, high(dh))),
            (dl, dh, sl, sh, imm) ->
                join(f32.apply((int) sl, high(sl)), f32.apply((int) sh, high(sh)))));
  }

  /** Reciprocals: the manual allows a relative error of 1.5 * 2^-12; these are exact to a float. */
  private static void estimates() {
    for (boolean root : new boolean[] {false, true}) {
      String name = root ? "RSQRT" : "RCP";
      TABLE.put(
          Mnemonic.valueOf(name + "SS"),
          VectorFunction.low((a, b) -> a & ~LOW | FloatMath.reciprocal((int) b, root) & LOW));
      TABLE.put(Mnemonic.valueOf(name + "PS"), VectorFunction.each((a, b) -> reciprocals(b, root)));
    }
  }

  private static long reciprocals(long a, boolean root) {
    return join(FloatMath.reciprocal((int) a, root), FloatMath.reciprocal(high(a), root));
  }

  private PackedFloats() {}

  /** One lane of 32 bits. */
  @FunctionalInterface
  private interface Lane {
    int apply(int d, int s);
  }

  /** Packed and scalar forms of both precisions. */
  private static void arithmetic(String name, VectorFunction.Pair f64, Lane f32, Shape shape) {
    TABLE.put(Mnemonic.valueOf(name + "PD"), VectorFunction.each(f64));
    TABLE.put(Mnemonic.valueOf(name + "SD"), VectorFunction.low(f64).as(shape));
    TABLE.put(
        Mnemonic.valueOf(name + "PS"),
        VectorFunction.each(
            (a, b) -> join(f32.apply((int) a, (int) b), f32.apply(high(a), high(b)))));
    TABLE.put(
        Mnemonic.valueOf(name + "SS"),
        VectorFunction.low((a, b) -> a & ~LOW | f32.apply((int) a, (int) b) & LOW));
  }

  private static long join(int low, int high) {
    return low & LOW | (long) high << 32;
  }

  private static int high(long a) {
    return (int) (a >>> 32);
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
    TABLE.put(Mnemonic.CVTSS2SD, VectorFunction.low((a, b) -> FloatMath.widen((int) b)));
    TABLE.put(
        Mnemonic.CVTSD2SS, VectorFunction.low((a, b) -> a & ~LOW | FloatMath.narrow(b) & LOW));
    TABLE.put(
        Mnemonic.CVTPS2PD,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> FloatMath.widen((int) sl),
            (dl, dh, sl, sh, imm) -> FloatMath.widen(high(sl))));
    toLow(Mnemonic.CVTPD2PS, (sl, sh) -> join(FloatMath.narrow(sl), FloatMath.narrow(sh)));
    TABLE.put(
        Mnemonic.CVTDQ2PD,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> bits((int) sl), (dl, dh, sl, sh, imm) -> bits(high(sl))));
    TABLE.put(Mnemonic.CVTDQ2PS, VectorFunction.each((a, b) -> floats(b)));
    TABLE.put(Mnemonic.CVTPS2DQ, VectorFunction.each((a, b) -> integers(b, false)));
    TABLE.put(Mnemonic.CVTTPS2DQ, VectorFunction.each((a, b) -> integers(b, true)));
    toLow(Mnemonic.CVTPD2DQ, (sl, sh) -> doubles(sl, sh, false));
    toLow(Mnemonic.CVTTPD2DQ, (sl, sh) -> doubles(sl, sh, true));
  }

  /** Both quadwords of the source into the low one; the high one becomes 0. */
  private static void toLow(Mnemonic mnemonic, VectorFunction.Pair f) {
    TABLE.put(
        mnemonic,
        new VectorFunction((dl, dh, sl, sh, imm) -> f.apply(sl, sh), (dl, dh, sl, sh, imm) -> 0));
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

  private static long doubles(long low, long high, boolean truncate) {
    return join(
        FloatMath.toInt(longBitsToDouble(low), truncate),
        FloatMath.toInt(longBitsToDouble(high), truncate));
  }
}
