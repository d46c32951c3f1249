package io.tlbscope.core.translate;

import io.tlbscope.core.vcpu.Processor;

/** What regions that are checked call before they change memory. */
public final class LoggedStores {
  private LoggedStores() {}

  /** Puts {@code bytes} at {@code ha} into the vCPU's log as they are. */
  public static void note(Processor cpu, long ha, int bytes) {
    cpu.stores.add(ha, bytes);
  }
}
