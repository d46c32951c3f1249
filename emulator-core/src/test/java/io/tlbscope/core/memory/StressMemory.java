package io.tlbscope.core.memory;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Cache lines of host memory for tests that make a great many states, each used again much later.
 */
final class StressMemory {
  private static final int LINES = 1 << 18;
  private static final long BASE = HostMemory.table(Arena.global(), (LINES + 1) * 128L);
  private static final AtomicInteger NEXT = new AtomicInteger();

  private StressMemory() {}

  /** Host address of 128 zeroed bytes, a multiple of 64. */
  static long lines() {
    long ha = BASE + (NEXT.getAndIncrement() & LINES - 1) * 128L;
    for (int i = 0; i < 128; i += 8) {
      HostMemory.putLong(ha + i, 0);
    }
    return ha;
  }
}
