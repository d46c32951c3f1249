package io.tlbscope.apic;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * The local APIC's timer (Intel SDM vol. 3A, 11.5.4): one-shot, periodic, TSC-deadline. Counts are
 * computed from the clock when someone looks. Its input clock runs at 1 GHz, one cycle a tick.
 *
 * <p>Expiries that are masked, or that lie behind when time jumped, leave no interrupt and cost no
 * event. Not modelled: a guest that moves its TSC while a deadline is armed has it fire at the time
 * computed when it was armed. The reserved mode 3 counts as one-shot.
 */
final class ApicTimer implements Stateful {
  static final int ONE_SHOT = 0, PERIODIC = 1, TSC_DEADLINE = 2;

  /** The timer's surroundings. */
  interface Host {
    /** What RDTSC adds to the clock. */
    long tscOffset();

    /** The timer reached zero while its LVT entry was not masked. */
    void expired();
  }

  private final ApicClock clock;
  private final Host host;
  private int mode;
  private boolean masked = true;
  private int divideBits;
  private long initial;

  /** Tick of the next zero; meaningful while armed. */
  private long expiry;

  private boolean armed;
  private long deadline;
  private long handle;
  private boolean scheduled;

  ApicTimer(ApicClock clock, Host host) {
    this.clock = clock;
    this.host = host;
  }

  void reset() {
    stop();
    mode = ONE_SHOT;
    masked = true;
    divideBits = 0;
    initial = 0;
  }

  /** Takes over mode and mask from the LVT entry. */
  void configure(int lvt) {
    settle();
    int next = lvt >> 17 & 3;
    if (next != mode && (next == TSC_DEADLINE || mode == TSC_DEADLINE)) {
      stop();
      initial = 0;
    }
    mode = next;
    masked = (lvt & Lvt.MASKED) != 0;
    schedule();
  }

  /**
   * Bits 3, 1, 0 of the divide configuration register: 000 divides by 2 ... 110 by 128, 111 by 1.
   */
  static int divisor(int bits) {
    int code = bits & 3 | bits >> 1 & 4;
    return code == 7 ? 1 : 2 << code;
  }

  int divide() {
    return divideBits;
  }

  void divide(int bits) {
    settle();
    long left = current();
    divideBits = bits;
    if (armed && mode != TSC_DEADLINE) {
      expiry = clock.now() + left * divisor(bits);
      schedule();
    }
  }

  /** Initial count, unsigned 32 bits. */
  long initial() {
    return initial;
  }

  void initial(long count) {
    if (mode == TSC_DEADLINE) {
      return;
    }
    stop();
    initial = count;
    if (count != 0) {
      armed = true;
      expiry = clock.now() + count * divisor(divideBits);
      schedule();
    }
  }

  /** Current count, unsigned 32 bits; 0 in TSC-deadline mode. */
  long current() {
    settle();
    if (!armed || mode == TSC_DEADLINE) {
      return 0;
    }
    long divisor = divisor(divideBits);
    long left = expiry - clock.now();
    if (left <= 0) {
      // The event is due at the next instruction boundary; the count has gone on already.
      long period = initial * divisor;
      left = mode == PERIODIC ? period - -left % period : 0;
    }
    return (left + divisor - 1) / divisor;
  }

  /** IA32_TSC_DEADLINE; 0 when not armed or not in that mode. */
  long deadline() {
    settle();
    return deadline;
  }

  /** Writes IA32_TSC_DEADLINE; ignored in the other modes, 0 disarms. */
  void deadline(long tsc) {
    if (mode != TSC_DEADLINE) {
      return;
    }
    stop();
    if (tsc != 0) {
      deadline = tsc;
      armed = true;
      // Unsigned: a deadline further away than the clock can reach never fires.
      long wait = tsc - (clock.now() + host.tscOffset());
      boolean passed = Long.compareUnsigned(tsc, clock.now() + host.tscOffset()) <= 0;
      expiry = passed ? clock.now() : wait < 0 ? Long.MAX_VALUE : saturatedSum(clock.now(), wait);
      schedule();
    }
  }

  private static long saturatedSum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private void stop() {
    cancel();
    armed = false;
    deadline = 0;
  }

  private void cancel() {
    if (scheduled) {
      scheduled = false;
      clock.cancel(handle);
    }
  }

  private void schedule() {
    cancel();
    if (armed && !masked && expiry != Long.MAX_VALUE) {
      scheduled = true;
      handle = clock.schedule(expiry, this::fire);
    }
  }

  /** Brings the state up to now when nothing was scheduled: zeros that passed while masked. */
  private void settle() {
    if (armed && !scheduled && expiry <= clock.now()) {
      next();
    }
  }

  /** Goes beyond a zero that was reached. */
  private void next() {
    if (mode == PERIODIC && initial != 0) {
      long period = initial * divisor(divideBits);
      expiry += ((clock.now() - expiry) / period + 1) * period;
    } else {
      armed = false;
      deadline = 0;
    }
  }

  private void fire() {
    scheduled = false;
    next();
    schedule();
    host.expired();
  }

  @Override
  public void save(StateWriter to) {
    to.putInt(mode);
    to.putBoolean(masked);
    to.putInt(divideBits);
    to.putLong(initial);
    to.putLong(expiry);
    to.putBoolean(armed);
    to.putLong(deadline);
    to.putLong(handle);
    to.putBoolean(scheduled);
  }

  @Override
  public void load(StateReader from) {
    mode = from.getInt();
    masked = from.getBoolean();
    divideBits = from.getInt();
    initial = from.getLong();
    expiry = from.getLong();
    armed = from.getBoolean();
    deadline = from.getLong();
    handle = from.getLong();
    scheduled = from.getBoolean();
    if (scheduled) {
      clock.restore(expiry, handle, this::fire);
    }
  }
}
