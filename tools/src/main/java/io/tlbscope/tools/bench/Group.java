package io.tlbscope.tools.bench;

/** Kinds of measures; their names can be given to {@code --only}. */
enum Group {
  KERNELS("user code: guest, Linux program and other emulators run the same machine code"),
  SYSTEM("kernel work on one CPU: traps, user mode, address spaces, TLB invalidation"),
  SMP("several vCPUs at once: IPI round trips, shootdowns, two busy vCPUs against one"),
  SCALE("64 vCPUs against one on the deterministic schedule"),
  PLUGINS("what plugins cost"),
  STARTUP("the guest hello from shell to exit"),
  MEMORY("peak resident memory of the host process"),
  WARMUP("seconds until the first kernel runs at half of its final speed");

  private final String what;

  Group(String what) {
    this.what = what;
  }

  /** In lower case, as on the command line. */
  String text() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  String what() {
    return what;
  }
}
