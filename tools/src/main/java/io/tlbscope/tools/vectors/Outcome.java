package io.tlbscope.tools.vectors;

/** What the core made of one vector. */
final class Outcome {
  final long[] reg = new long[16];
  final long[] xmm = new long[32];
  long rip, cr2, hash;
  int flags, mxcsr, vector, error, from, to;
  String refused;

  void take(EmulatedHost core) {
    System.arraycopy(core.s.r, 0, reg, 0, 16);
    System.arraycopy(core.s.xmm, 0, xmm, 0, 32);
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
