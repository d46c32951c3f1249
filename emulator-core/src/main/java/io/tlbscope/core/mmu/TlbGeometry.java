package io.tlbscope.core.mmu;

/** Sizes of the TLB's arrays. */
public record TlbGeometry(boolean unbounded) {
  public static final TlbGeometry DEFAULT = new TlbGeometry(false);
}
