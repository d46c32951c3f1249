package io.tlbscope.core.ir;

import io.tlbscope.core.fp.FloatUnit;
import io.tlbscope.core.ir.VectorFunction.FloatHalf;
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
        (u, dl, dh, sl, sh, imm) -> FloatConversions.integral64(u, sl, imm),
        (u, dl, dh, sl, sh, imm) -> FloatConversions.integral64(u, sh, imm));
    put(
        Mnemonic.ROUNDPS,
        (u, dl, dh, sl, sh, imm) -> roundPair(u, sl, imm),
        (u, dl, dh, sl, sh, imm) -> roundPair(u, sh, imm));
    put(
        Mnemonic.ROUNDSD,
        (u, dl, dh, sl, sh, imm) -> FloatConversions.integral64(u, sl, imm),
        null);
    put(
        Mnemonic.ROUNDSS,
        (u, dl, dh, sl, sh, imm) ->
            PackedFloats.with(dl, FloatConversions.integral32(u, (int) sl, imm)),
        null);
    put(
        Mnemonic.DPPD,
        (u, dl, dh, sl, sh, imm) -> doubles(u, dl, dh, sl, sh, imm) & -(imm & 1),
        (u, dl, dh, sl, sh, imm) -> doubles(u, dl, dh, sl, sh, imm) & -(imm >> 1 & 1));
    put(
        Mnemonic.DPPS,
        (u, dl, dh, sl, sh, imm) -> spread(floats(u, dl, dh, sl, sh, imm), imm),
        (u, dl, dh, sl, sh, imm) -> spread(floats(u, dl, dh, sl, sh, imm), imm >> 2));
  }

  private PackedRounding() {}

  private static void put(Mnemonic mnemonic, FloatHalf low, FloatHalf high) {
    TABLE.put(mnemonic, VectorFunction.floats(low, high));
  }

  private static long roundPair(FloatUnit u, long a, int imm) {
    return PackedFloats.join(
        FloatConversions.integral32(u, (int) a, imm),
        FloatConversions.integral32(u, PackedFloats.high(a), imm));
  }

  /** Raises what it raises also where nobody wants the result. */
  private static long doubles(FloatUnit u, long dl, long dh, long sl, long sh, int imm) {
    return FloatMath.add64(
        u,
        (imm & 0x10) != 0 ? FloatMath.multiply64(u, dl, sl) : 0,
        (imm & 0x20) != 0 ? FloatMath.multiply64(u, dh, sh) : 0);
  }

  private static int floats(FloatUnit u, long dl, long dh, long sl, long sh, int imm) {
    int first = product(u, dl, sl, imm & 0x10);
    int second = product(u, dl >>> 32, sl >>> 32, imm & 0x20);
    int third = product(u, dh, sh, imm & 0x40);
    int fourth = product(u, dh >>> 32, sh >>> 32, imm & 0x80);
    return FloatMath.add32(u, FloatMath.add32(u, first, second), FloatMath.add32(u, third, fourth));
  }

  private static int product(FloatUnit u, long a, long b, int chosen) {
    return chosen != 0 ? FloatMath.multiply32(u, (int) a, (int) b) : 0;
  }

  private static long spread(int value, int imm) {
    return ((imm & 1) != 0 ? value & LOW : 0) | ((imm & 2) != 0 ? (long) value << 32 : 0);
  }
}
