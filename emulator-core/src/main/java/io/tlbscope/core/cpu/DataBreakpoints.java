package io.tlbscope.core.cpu;

/**
 * The data breakpoints that DR7 enables (Intel SDM vol. 3B, 17.2.4 and 17.2.5). While any is armed
 * the memory view keeps its look-aside empty and shows every access to {@link #access}.
 *
 * <pre>
 *   DR7   LENn 19+4n:18+4n   R/Wn 17+4n:16+4n   Gn 2n+1   Ln 2n
 *   R/W   0 execution  1 write  2 port  3 read or write      LEN  0: 1 byte  1: 2  2: 8  3: 4
 * </pre>
 */
public final class DataBreakpoints {
  private static final int WRITE = 1, READ_WRITE = 3;
  private static final int[] LENGTHS = {1, 2, 8, 4};

  /** At least one is enabled. */
  public boolean armed;

  /** DR6 bits 3..0 of those met since the last debug exception. */
  public int hits;

  private final long[] start = new long[4];
  private final int[] length = new int[4];
  private final int[] kind = new int[4];

  /** Takes over new values of DR0..DR3 and DR7. */
  public void refresh(long[] dr) {
    armed = false;
    hits = 0;
    for (int n = 0; n < 4; n++) {
      boolean enabled = (dr[7] >>> 2 * n & 3) != 0;
      int readWrite = (int) (dr[7] >>> 16 + 4 * n) & 3;
      kind[n] = enabled && (readWrite & 1) != 0 ? readWrite : 0;
      length[n] = LENGTHS[(int) (dr[7] >>> 18 + 4 * n) & 3];
      start[n] = dr[n] & -length[n];
      armed |= kind[n] != 0;
    }
  }

  /** True if DR7 enables a breakpoint on execution or on a port, which nobody watches. */
  public static boolean unsupported(long dr7) {
    for (int n = 0; n < 4; n++) {
      if ((dr7 >>> 2 * n & 3) != 0 && (dr7 >>> 16 + 4 * n & 1) == 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Notes which breakpoints an access of {@code bytes} at linear address {@code va} meets; true if
   * any.
   */
  public boolean access(long va, int bytes, boolean write) {
    int met = 0;
    for (int n = 0; n < 4; n++) {
      boolean looks = kind[n] == READ_WRITE || kind[n] == WRITE && write;
      if (looks && va < start[n] + length[n] && start[n] < va + bytes) {
        met |= 1 << n;
      }
    }
    hits |= met;
    return met != 0;
  }
}
