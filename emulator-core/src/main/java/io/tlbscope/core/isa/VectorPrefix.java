package io.tlbscope.core.isa;

import io.tlbscope.core.isa.Undecoded.Kind;
import java.util.List;

/**
 * VEX and EVEX encodings (Intel SDM vol. 2A, 2.3 and 2.7): their length is found, and they are
 * refused. Assumes the bytes are no real-address or virtual-8086 code, where these encodings are
 * undefined.
 */
final class VectorPrefix {
  private static final int VEX3 = 0xC4, VEX2 = 0xC5, EVEX = 0x62;

  private VectorPrefix() {}

  /** C4, C5 and 62 are LES, LDS and BOUND outside 64-bit mode when a memory form follows. */
  static boolean starts(CodeMode mode, int opcode, ByteCursor cursor) {
    return (opcode == VEX3 || opcode == VEX2 || opcode == EVEX)
        && (mode == CodeMode.BITS64 || cursor.peek() >= 0xC0);
  }

  static DecodeResult skip(CodeMode mode, int opcode, Prefixes prefixes, ByteCursor cursor) {
    if (prefixes.any()) {
      return Undecoded.of(Kind.INVALID, cursor.taken());
    }
    int payload = cursor.next();
    int map = opcode == VEX2 ? 1 : payload & (opcode == VEX3 ? 31 : 7);
    boolean fixedBits = true;
    if (opcode != VEX2) {
      int second = cursor.next();
      fixedBits = opcode == VEX3 || (payload & 8) == 0 && (second & 4) != 0;
    }
    if (opcode == EVEX) {
      cursor.next();
    }
    int operation = cursor.next();
    if (cursor.exhausted()) {
      return cursor.shortage();
    }
    boolean known =
        fixedBits && (opcode == EVEX ? map != 0 && map != 4 && map != 7 : map >= 1 && map <= 3);
    if (!known) {
      return Undecoded.of(Kind.INVALID, cursor.taken());
    }
    if (map != 1 || operation != 0x77) {
      int modRm = cursor.next();
      if (modRm < 0xC0) {
        EffectiveAddress.take(cursor, modRm, prefixes, mode);
      }
      if (map == 3 || map == 1 && hasImmediate(operation)) {
        cursor.next();
      }
    }
    if (cursor.exhausted()) {
      return cursor.shortage();
    }
    String feature = opcode == EVEX ? "evex" : "vex";
    return new Undecoded(
        Kind.UNIMPLEMENTED,
        cursor.taken(),
        feature,
        "(" + feature + " map " + map + " opcode " + Integer.toHexString(operation) + ")",
        List.of());
  }

  private static boolean hasImmediate(int operation) {
    return operation >= 0x70 && operation <= 0x73
        || operation == 0xC2
        || operation >= 0xC4 && operation <= 0xC6;
  }
}
