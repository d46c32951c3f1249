package io.tlbscope.core.cpu;

/**
 * The breakpoints that DR7 enables, and the ranges that a debugger outside the guest watches (Intel
 * SDM vol. 3B, 17.2.4 and 17.2.5). While one on data is armed the memory view keeps its look-aside
 * empty and shows every access to {@link #access}; while one on execution is, the engine asks
 * {@link #execution} before each instruction.
 *
 * <pre>
 *   DR7   LENn 19+4n:18+4n   R/Wn 17+4n:16+4n   Gn 2n+1   Ln 2n
 *   R/W   0 execution  1 write  2 port  3 read or write      LEN  0: 1 byte  1: 2  2: 8  3: 4
 * </pre>
 */
public final class Breakpoints {
  private static final int EXECUTION = 0, WRITE = 1, PORT = 2, READ_WRITE = 3, OFF = -1;
  private static final int[] LENGTHS = {1, 2, 8, 4};

  /** At least one on data is enabled. */
  public boolean armed;

  /** At least one on execution is enabled. */
  public boolean executions;

  /** Bits of DR6 that the next debug exception between instructions will set: 3..0 and BS. */
  public int hits;

  /** What a debugger watches: start, end (exclusive) and kind of each range. */
  private long[] watched = {};

  /** Kinds of watched ranges. */
  public static final int ON_WRITE = 1, ON_READ = 2;

  /** An access met a watched range; whoever looks clears it. */
  public boolean met;

  /** Linear address of the last access that met one. */
  public long metAt;

  private boolean data;
  private boolean ports;
  private final long[] start = new long[4];
  private final int[] length = new int[4];
  private final int[] kind = new int[4];

  /** Takes over new values of DR0..DR3 and DR7. */
  public void refresh(long[] dr) {
    data = executions = ports = false;
    hits = 0;
    for (int n = 0; n < 4; n++) {
      boolean enabled = (dr[7] >>> 2 * n & 3) != 0;
      int readWrite = (int) (dr[7] >>> 16 + 4 * n) & 3;
      kind[n] = enabled ? readWrite : OFF;
      length[n] = LENGTHS[(int) (dr[7] >>> 18 + 4 * n) & 3];
      start[n] = dr[n] & -length[n];
      data |= kind[n] == WRITE || kind[n] == READ_WRITE;
      executions |= kind[n] == EXECUTION;
      ports |= kind[n] == PORT;
    }
    armed = data || watched.length != 0;
  }

  /**
   * What a debugger watches from now on: start, end and kinds of each range. The memory view's
   * look-aside must be dropped then.
   */
  public void watch(long[] ranges) {
    watched = ranges;
    armed = data || watched.length != 0;
  }

  /**
   * Notes which breakpoints an access of {@code bytes} at linear address {@code va} meets; true if
   * any.
   */
  public boolean access(long va, int bytes, boolean write) {
    for (int i = 0; i < watched.length; i += 3) {
      if ((watched[i + 2] & (write ? ON_WRITE : ON_READ)) != 0
          && va < watched[i + 1]
          && watched[i] < va + bytes) {
        this.met = true;
        metAt = Math.max(va, watched[i]);
      }
    }
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

  /** Notes which breakpoints an access to {@code bytes} ports from {@code port} meets. */
  public boolean port(int port, int bytes) {
    int met = 0;
    for (int n = 0; ports && n < 4; n++) {
      if (kind[n] == PORT && port < start[n] + length[n] && start[n] < port + bytes) {
        met |= 1 << n;
      }
    }
    hits |= met;
    return met != 0;
  }

  /** DR6 bits 3..0 of the breakpoints on execution that an instruction at {@code va} meets. */
  public int execution(long va) {
    int met = 0;
    for (int n = 0; n < 4; n++) {
      if (kind[n] == EXECUTION && start[n] == va) {
        met |= 1 << n;
      }
    }
    return met;
  }
}
