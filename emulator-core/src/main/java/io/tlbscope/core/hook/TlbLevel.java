package io.tlbscope.core.hook;

/** The structure an entry lives in. */
public enum TlbLevel {
  L1_DATA,
  L1_CODE,
  L2,
  /**
   * Paging-structure caches: an entry of the named kind maps the bits of the address above its
   * level.
   */
  PML5E,
  PML4E,
  PDPTE,
  PDE
}
