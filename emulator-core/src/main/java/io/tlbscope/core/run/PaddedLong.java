package io.tlbscope.core.run;

import java.util.concurrent.atomic.AtomicLong;

/** A counter with two cache lines between it and what is allocated after it. */
@SuppressWarnings("serial")
final class PaddedLong extends AtomicLong {
  @SuppressWarnings("unused")
  private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
}
