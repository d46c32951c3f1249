package io.tlbscope.tools.vectors;

import io.tlbscope.core.cpu.X87State;

/** What the core made of one vector. */
final class Outcome {
  final long[] reg = new long[16];
  final long[] xmm = new long[32];
  long rip, cr2, hash;
  final long[] st = new long[16];
  int fcw, fsw, used;
  int flags, mxcsr, vector, error, from, to;
  String refused;

  void take(EmulatedHost core) {
    System.arraycopy(core.s.r, 0, reg, 0, 16);
    System.arraycopy(core.s.xmm, 0, xmm, 0, 32);
    X87State x87 = core.s.x87;
    for (int i = 0; i < 8; i++) {
      st[2 * i] = x87.significand(i);
      st[2 * i + 1] = x87.se(i);
    }
    fcw = x87.control;
    fsw = x87.statusWord();
    used = x87.used;
    rip = core.s.rip;
    cr2 = core.s.cr2;
    hash = core.hash;
    flags = core.s.flags.rflags();
    mxcsr = core.s.mxcsr;
    vector = core.vector;
    error = core.error;
    from = core.from;
    to = core.to;
    refused = core.refused;
  }
}
