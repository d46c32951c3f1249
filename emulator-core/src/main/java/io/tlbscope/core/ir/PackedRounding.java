package io.tlbscope.core.ir;

import static java.lang.Double.longBitsToDouble;

import io.tlbscope.core.isa.Mnemonic;
import java.util.EnumMap;
import java.util.Map;

/** SSE4.1: rounding to integers, and dot products (Intel SDM vol. 1, 12.10.3 and 12.10.8). */
final class PackedRounding {
  static final Map<Mnemonic, VectorFunction> TABLE = new EnumMap<>(Mnemonic.class);
  private static final long LOW = 0xFFFF_FFFFL;

  static {
    put(
        Mnemonic.ROUNDPD,
        (dl, dh, sl, sh, imm) -> round64(sl, imm),
        (dl, dh, sl, sh, imm) -> round64(sh, imm));
    put(
        Mnemonic.ROUNDPS,
        (dl, dh, sl, sh, imm) -> roundPair(sl, imm),
        (dl, dh, sl, sh, imm) -> roundPair(sh, imm));
    put(Mnemonic.ROUNDSD, (dl, dh, sl, sh, imm) -> round64(sl, imm), null);
    put(Mnemonic.ROUNDSS, (dl, dh, sl, sh, imm) -> dl & ~LOW | round32((int) sl, imm) & LOW, null);
    put(
        Mnemonic.DPPD,
        (dl, dh, sl, sh, imm) -> (imm & 1) != 0 ? doubles(dl, dh, sl, sh, imm) : 0,
        (dl, dh, sl, sh, imm) -> (imm & 2) != 0 ? doubles(dl, dh, sl, sh, imm) : 0);
    put(
        Mnemonic.DPPS,
        (dl, dh, sl, sh, imm) -> spread(floats(dl, dh, sl, sh, imm), imm),
        (dl, dh, sl, sh, imm) -> spread(floats(dl, dh, sl, sh, imm), imm >> 2));
  }

  private PackedRounding() {}

  private static void put(Mnemonic mnemonic, VectorFunction.Half low, VectorFunction.Half high) {
    TABLE.put(mnemonic, new VectorFunction(low, high));
  }

  /** Bit 2 of {@code imm}: as MXCSR says, which is to nearest; else bits 1..0. */
  private static double round(double x, int imm) {
    return switch ((imm & 4) != 0 ? 0 : imm & 3) {
      case 0 -> Math.rint(x);
      case 1 -> Math.floor(x);
      case 2 -> Math.ceil(x);
      default -> x < 0 ? Math.ceil(x) : Math.floor(x);
    };
  }

  private static long round64(long a, int imm) {
    double z = round(longBitsToDouble(a), imm);
    return Double.isNaN(z) ? FloatMath.nan64(a, a) : Double.doubleToRawLongBits(z);
  }

  private static int round32(int a, int imm) {
    float z = (float) round(Float.intBitsToFloat(a), imm);
    return Float.isNaN(z) ? FloatMath.add32(a, a) : Float.floatToRawIntBits(z);
  }

  private static long roundPair(long a, int imm) {
    return round32((int) a, imm) & LOW | (long) round32((int) (a >>> 32), imm) << 32;
  }

  private static long doubles(long dl, long dh, long sl, long sh, int imm) {
    return FloatMath.add64(
        (imm & 0x10) != 0 ? FloatMath.multiply64(dl, sl) : 0,
        (imm & 0x20) != 0 ? FloatMath.multiply64(dh, sh) : 0);
  }

  private static int floats(long dl, long dh, long sl, long sh, int imm) {
    return FloatMath.add32(
        FloatMath.add32(product(dl, sl, imm & 0x10), product(dl >>> 32, sl >>> 32, imm & 0x20)),
        FloatMath.add32(product(dh, sh, imm & 0x40), product(dh >>> 32, sh >>> 32, imm & 0x80)));
  }

  private static int product(long a, long b, int chosen) {
    return chosen != 0 ? FloatMath.multiply32((int) a, (int) b) : 0;
  }

  private static long spread(int value, int imm) {
    return ((imm & 1) != 0 ? value & LOW : 0) | ((imm & 2) != 0 ? (long) value << 32 : 0);
  }
}
