package io.tlbscope.core.device;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * One counter of an Intel 8254: its count is computed from the clock when someone looks, never
 * stepped.
 *
 * <p>Modes: 0 interrupt on terminal count, 1 hardware one-shot, 2 rate generator, 3 square wave, 4
 * software strobe, 5 hardware strobe. BCD counting is supported; a count written in mode 2 or 3
 * takes effect at once instead of at the period's end.
 */
final class PitChannel implements Stateful {
  static final long HERTZ = 1_193_182;

  private final DeviceClock clock;
  private int mode = 3;
  private boolean bcd;

  /** 1 low byte, 2 high byte, 3 low then high. */
  private int access = 3;

  private int reload;
  private boolean loaded;
  private boolean gate = true;

  /** Clock cycle at which counting started. */
  private long start;

  /** Cycles counted before the gate went low. */
  private long held;

  private boolean running;
  private boolean highNextWrite;
  private boolean highNextRead;
  private int lowByte;
  private int latch = -1;
  private int statusLatch = -1;

  PitChannel(DeviceClock clock) {
    this.clock = clock;
  }

  private long cycle() {
    return DeviceClock.cycles(clock.now(), HERTZ);
  }

  /** Period in cycles, 1..65536 (10,000 in BCD). */
  long period() {
    int count = bcd ? fromBcd(reload) : reload;
    return count == 0 ? bcd ? 10_000 : 0x10000 : count;
  }

  int mode() {
    return mode;
  }

  boolean gate() {
    return gate;
  }

  /** True once a count was written in the present mode and it counts. */
  boolean running() {
    return loaded && running;
  }

  /** Cycle number at which it began. */
  long startCycle() {
    return start;
  }

  void control(int value) {
    access = value >> 4 & 3;
    mode = value >> 1 & 7;
    if (mode > 5) {
      mode -= 4;
    }
    bcd = (value & 1) != 0;
    loaded = false;
    running = false;
    highNextRead = false;
    highNextWrite = false;
    latch = -1;
    statusLatch = -1;
    held = 0;
  }

  void latchCount() {
    if (latch < 0) {
      latch = count();
    }
  }

  void latchStatus() {
    if (statusLatch < 0) {
      statusLatch =
          (output() ? 0x80 : 0) | (loaded ? 0 : 0x40) | access << 4 | mode << 1 | (bcd ? 1 : 0);
    }
  }

  /** Returns true if the write completed a count. */
  boolean write(int value) {
    switch (access) {
      case 1 -> load(value);
      case 2 -> load(value << 8);
      default -> {
        if (!highNextWrite) {
          lowByte = value;
          highNextWrite = true;
          if (mode == 0) {
            running = false;
          }
          return false;
        }
        highNextWrite = false;
        load(lowByte | value << 8);
      }
    }
    return true;
  }

  private void load(int value) {
    reload = value;
    loaded = true;
    held = 0;
    start = cycle();
    // Modes 1 and 5 wait for a rising gate; the others count while it is high.
    running = gate && mode != 1 && mode != 5;
  }

  int read() {
    if (statusLatch >= 0) {
      int value = statusLatch;
      statusLatch = -1;
      return value;
    }
    int value = latch >= 0 ? latch : count();
    boolean high = access == 2 || access == 3 && highNextRead;
    if (access == 3) {
      highNextRead = !highNextRead;
    }
    if (access != 3 || high) {
      latch = -1;
    }
    return (high ? value >> 8 : value) & 0xFF;
  }

  void gate(boolean level) {
    if (level == gate) {
      return;
    }
    if (!level) {
      held = elapsed();
      if (mode != 1 && mode != 5) {
        running = false;
      }
    } else if (loaded) {
      // Level-gated modes go on; edge-triggered and periodic ones begin anew.
      start = mode == 0 || mode == 4 ? cycle() - held : cycle();
      running = true;
    }
    gate = level;
  }

  private long elapsed() {
    return running ? cycle() - start : held;
  }

  /** The counting element, 0..65535, BCD if chosen. */
  int count() {
    if (!loaded) {
      return 0;
    }
    long n = period();
    long passed = elapsed();
    long left;
    if (mode == 2) {
      left = n - passed % n;
    } else if (mode == 3) {
      left = n - 2 * passed % n;
    } else {
      left = n - passed;
    }
    if (bcd) {
      return toBcd((int) Math.floorMod(left, 10_000L));
    }
    return (int) left & 0xFFFF;
  }

  /** Level of OUT. */
  boolean output() {
    if (!loaded) {
      return mode != 0;
    }
    long n = period();
    long passed = elapsed();
    return switch (mode) {
      case 0 -> passed >= n;
      case 1 -> !running || passed >= n;
      case 2 -> !gate || passed % n != n - 1;
      case 3 -> !gate || passed % n < (n + 1) / 2;
      default -> !running || passed != n;
    };
  }

  private static int fromBcd(int v) {
    return (v >> 12 & 15) * 1000 + (v >> 8 & 15) * 100 + (v >> 4 & 15) * 10 + (v & 15);
  }

  private static int toBcd(int v) {
    return v / 1000 << 12 | v / 100 % 10 << 8 | v / 10 % 10 << 4 | v % 10;
  }

  @Override
  public void save(StateWriter to) {
    to.putInt(mode);
    to.putBoolean(bcd);
    to.putInt(access);
    to.putInt(reload);
    to.putBoolean(loaded);
    to.putBoolean(gate);
    to.putLong(start);
    to.putLong(held);
    to.putBoolean(running);
    to.putBoolean(highNextWrite);
    to.putBoolean(highNextRead);
    to.putInt(lowByte);
    to.putInt(latch);
    to.putInt(statusLatch);
  }

  @Override
  public void load(StateReader from) {
    mode = from.getInt();
    bcd = from.getBoolean();
    access = from.getInt();
    reload = from.getInt();
    loaded = from.getBoolean();
    gate = from.getBoolean();
    start = from.getLong();
    held = from.getLong();
    running = from.getBoolean();
    highNextWrite = from.getBoolean();
    highNextRead = from.getBoolean();
    lowByte = from.getInt();
    latch = from.getInt();
    statusLatch = from.getInt();
  }
}
