package io.tlbscope.core.trace;

/**
 * Kinds of {@link TraceEvent} with the meaning of id and a, b, c, d. The trace file's format page
 * is made from this table. "entry flags" are: bit 0 writable, 1 user, 2 executable, 3 global, 4
 * dirty; bits 8..15 page shift; bits 16..31 PCID.
 */
public enum TraceKind {
  RUN_START("-", "vCPU count", "seed", "RAM bytes", "-"),
  RUN_END("-", "exit code", "instructions", "-", "-"),
  CPU_STARTED("-", "SIPI vector", "-", "-", "-"),
  CPU_HALTED("-", "-", "-", "-", "-"),
  CPU_WOKEN("-", "-", "-", "-", "-"),
  TLB_FILL("entry serial", "va", "pa", "entry flags", "access (0 read, 1 write, 2 fetch)"),
  TLB_EVICT("entry serial", "va", "pa", "entry flags", "-"),
  TLB_DROP("entry serial", "va", "pa", "entry flags", "invalidation ordinal"),
  TLB_INVALIDATE("-", "va or -1", "pcid or -1", "invalidation ordinal", "entries dropped"),
  IPI_SENT("-", "vector", "delivery mode", "ICR value", "targets (bits 0..63 of the vCPU set)"),
  IRR_SET("-", "vector", "1 if merged", "sender or -1", "-"),
  INTERRUPT_TAKEN("-", "vector", "kind ordinal", "return RIP", "CPL before"),
  INTERRUPT_RETURN("-", "RIP of the return", "CPL before", "CPL now", "-"),
  SHOOTDOWN_BEGIN("shootdown", "operation", "address 1", "address 2", "generation"),
  SHOOTDOWN_SLOT("shootdown", "target", "-", "-", "-"),
  SHOOTDOWN_ICR("shootdown", "ICR value", "-", "-", "-"),
  SHOOTDOWN_IRR("shootdown", "initiator", "1 if merged", "-", "-"),
  SHOOTDOWN_TAKEN("shootdown", "initiator", "-", "-", "-"),
  SHOOTDOWN_READ("shootdown", "initiator", "-", "-", "-"),
  SHOOTDOWN_ACK("shootdown", "initiator", "generation", "-", "-"),
  SHOOTDOWN_DROP("shootdown", "initiator", "va", "pa", "entry flags"),
  SHOOTDOWN_LEFT("shootdown", "initiator", "-", "-", "-"),
  SHOOTDOWN_DONE("shootdown", "operation", "targets", "entries dropped", "-"),
  SHOOTDOWN_LOST("shootdown", "target", "-", "-", "-"),
  VIOLATION("index into the summary's violations", "-", "-", "-", "-"),
  CONSOLE("-", "byte", "-", "-", "-"),
  STALE_MARK(
      "entry serial", "va", "paging-structure entry", "its value before", "vCPU that holds it"),
  STALE_USE("entry serial", "va", "pa of the entry", "paging-structure entry", "access");

  private final String id;
  private final String[] arguments;

  TraceKind(String id, String a, String b, String c, String d) {
    this.id = id;
    this.arguments = new String[] {a, b, c, d};
  }

  /** What {@link TraceEvent#id} means for this kind. */
  public String idMeaning() {
    return id;
  }

  /** What argument 0..3 (a..d) means for this kind. */
  public String argumentMeaning(int n) {
    return arguments[n];
  }
}
