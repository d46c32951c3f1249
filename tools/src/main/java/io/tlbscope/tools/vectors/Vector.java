package io.tlbscope.tools.vectors;

import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.DecodeResult;
import io.tlbscope.core.isa.Decoder;

/** One instruction and the state it begins in; used again and again. */
final class Vector {
  static final int LONGEST = 15;

  Form form;
  final byte[] code = new byte[16];
  int length;

  /** Where the code begins in its page. */
  int offset;

  final long[] reg = new long[16];
  long flags;
  int mxcsr;

  /** x87 control and status word, and a bit for each physical register that is not empty. */
  int fcw, fsw, used;

  /** ST(0) to ST(7): significand, then sign and exponent. */
  final long[] st = new long[16];

  /** Low and high quadwords of the XMM registers. */
  final long[] xmm = new long[32];

  /** Upper halves of the YMM registers. */
  final long[] ymm = new long[32];

  long rip() {
    return Place.CODE + offset;
  }

  DecodeResult decode() {
    return Decoder.decode(CodeMode.BITS64, code, 0, LONGEST);
  }
}
