package io.tlbscope.core.hook;

/**
 * Why translations were dropped: the operations of Intel SDM vol. 3A, 4.10.4.1, and AMD APM vol. 2,
 * 5.5.
 */
public enum Invalidation {
  INVLPG,
  /** INVPCID type 0: one address of one PCID. */
  INVPCID_ADDRESS,
  /** INVPCID type 1: one PCID, globals kept. */
  INVPCID_CONTEXT,
  /** INVPCID type 2: everything, globals too. */
  INVPCID_ALL_GLOBAL,
  /** INVPCID type 3: every PCID, globals kept. */
  INVPCID_ALL,
  /** MOV to CR3 that flushes its PCID's non-global entries. */
  CR3,
  /** MOV to CR0 or CR4 (or EFER) that changes the paging mode, PGE, PCIDE, SMEP and the like. */
  CONTROL,
  /** INVLPGB, executed by this vCPU or broadcast to it. */
  INVLPGB,
  /** A page fault drops the entries of its address (Intel SDM vol. 3A, 4.10.4.1). */
  PAGE_FAULT,
  /** INIT or power-on reset. */
  RESET,
  /** A plugin that serves shootdowns itself asked for it. */
  PLUGIN
}
