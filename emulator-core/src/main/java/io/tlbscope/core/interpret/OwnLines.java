package io.tlbscope.core.interpret;

/**
 * What one vCPU writes at every step, and lies in the heap between what other vCPUs read: two cache
 * lines of room before its fields, which the JVM lays out behind those of its superclass.
 */
abstract class OwnLines {
  @SuppressWarnings("unused")
  private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
}
