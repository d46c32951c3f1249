package io.tlbscope.core.hook;

/**
 * A virtual CPU as plugins see it. Unless a method says otherwise: on the thread that runs the
 * vCPU, from within a hook, or from any thread while the machine is paused. In parallel mode
 * another running vCPU's registers and counters may be read, and are those of some moment of its
 * running block.
 */
public interface Vcpu {
  /** 0 for the bootstrap processor, then in order of creation; 0..254. */
  int index();

  MachineControl machine();

  /** General register 0..15 (RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8..R15), 64 bits. */
  long gpr(int n);

  /** Sets general register 0..15. */
  void gpr(int n, long value);

  /**
   * Address of the instruction being executed, or of the next one between instructions (CS base not
   * added).
   */
  long rip();

  long rflags();

  /** Control register 0, 2, 3, 4 (CR8 belongs to the APIC plugin). */
  long cr(int n);

  long efer();

  /** Current privilege level 0..3. */
  int cpl();

  /**
   * Hidden base of FS (4) or GS (5), or of another segment register in the order ES CS SS DS FS GS.
   */
  long segmentBase(int n);

  /** PCID in use: CR3 bits 11..0 when CR4.PCIDE, else 0. */
  int pcid();

  /**
   * Instructions this vCPU retired since reset, exact inside hooks to the instruction being
   * executed (not counted).
   */
  long retired();

  /**
   * Virtual time in ticks (nanoseconds of guest time in deterministic mode), exact as {@link
   * #retired()}.
   */
  long now();

  /** What RDTSC adds to {@link #now()}. */
  default long tscOffset() {
    return 0;
  }

  boolean halted();

  /** True while the vCPU waits for a SIPI. */
  boolean waitingForStartup();

  TlbControl tlb();

  /**
   * The interrupt controller has something for this vCPU: poll {@link InterruptHooks#poll} before
   * the next instruction. Any thread.
   */
  void signal();

  /** Non-maskable interrupt, edge, latched once. Any thread. */
  void nmi();

  /** INIT: resets the vCPU into wait-for-SIPI before its next instruction. Any thread. */
  void init();

  /** SIPI with vector 0..255; ignored unless the vCPU waits for one. Any thread. */
  void startup(int vector);

  /** Forgets look-aside state after a plugin changed which pages it claims. */
  void dropLookAside();

  /**
   * Linear address to physical address without side effects and permission checks; -1 if not
   * mapped.
   */
  long translate(long va);
}
