package io.tlbscope.core.hook;

/**
 * One cached translation, as plugins see it. Identity is the object: the same entry is passed to
 * fill, use, drop and evict. An entry that sits in L1 and L2 at once is one object.
 */
public interface TlbEntry {
  /** Serial number, unique within the vCPU, in order of filling; starts at 1. */
  long serial();

  /** First virtual address that the entry maps, canonical. */
  long va();

  /** log2 of the bytes mapped: 12, 21 or 30 (22 for 4 MiB pages of 32-bit paging). */
  int pageShift();

  /** First physical address that the entry maps to. */
  long pa();

  /**
   * PCID the entry is tagged with, 0..4095; 0 when CR4.PCIDE is 0. Not looked at for global
   * entries.
   */
  int pcid();

  /** Physical address of the top paging structure (CR3 bits 51..12) the walk started at. */
  long root();

  boolean global();

  boolean writable();

  boolean user();

  boolean executable();

  boolean dirty();

  /** Where the entry was filled to first. */
  TlbLevel level();

  /** True after {@link TlbControl#watch}: each use goes through {@link TlbHooks#use}. */
  boolean watched();

  /**
   * Physical addresses of the paging-structure entries it was derived from, top first; length 1 to
   * 5.
   */
  long[] derivedFrom();
}
