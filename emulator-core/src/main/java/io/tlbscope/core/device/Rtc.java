package io.tlbscope.core.device;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Motorola MC146818A real-time clock with 128 bytes of CMOS RAM, ports 0x70 (index, bit 7 the NMI
 * mask) and 0x71 (data).
 *
 * <p>The date is the configured one plus virtual time. The memory-size bytes are filled in as a PC
 * BIOS does. Not modelled: the NMI mask, daylight saving, square wave, dividers other than 32,768
 * Hz.
 */
public final class Rtc extends BytePorts implements Stateful {
  private static final int IRQ = 8;
  private static final int A = 10, B = 11, C = 12, D = 13, CENTURY = 0x32;
  private static final int B_SET = 0x80,
      B_PERIODIC = 0x40,
      B_ALARM = 0x20,
      B_UPDATE = 0x10,
      B_BINARY = 4,
      B_24H = 2;
  private static final int C_IRQ = 0x80;

  /** UIP is high for the last 244 microseconds before an update. */
  private static final long UPDATE_TICKS = 244_000;

  private static final long KIB = 1024, MIB = 1 << 20;

  private final DeviceClock clock;
  private final IrqLines lines;
  private final Alarm periodic;
  private final Alarm update;
  private final int[] ram = new int[128];

  /** Seconds since 1970 at tick 0. */
  private long base;

  /** The date while B.SET holds it. */
  private LocalDateTime held;

  private int index;
  private long nextPeriod;

  public Rtc(DeviceClock clock, IrqLines lines, PlatformConfig config) {
    this.clock = clock;
    this.lines = lines;
    this.base = config.rtcSeconds();
    periodic = new Alarm(clock, this::period);
    update = new Alarm(clock, this::second);
    ram[A] = 0x26;
    ram[B] = B_24H;
    memorySizes(config.ramBytes());
    ram[0x5F] = config.cpus() - 1;
  }

  private void memorySizes(long bytes) {
    word(0x15, Math.min(640, bytes / KIB));
    long extended = Math.max(0, Math.min(bytes - MIB, 64 * MIB - KIB) / KIB);
    word(0x17, extended);
    word(0x30, extended);
    long low = Math.min(bytes, 0xC000_0000L);
    word(0x34, Math.max(0, (low - 16 * MIB) / (64 * KIB)));
    long high = (bytes - low) / (64 * KIB);
    word(0x5B, high);
    ram[0x5D] = (int) (high >> 16) & 0xFF;
  }

  private void word(int at, long value) {
    ram[at] = (int) value & 0xFF;
    ram[at + 1] = (int) (value >> 8) & 0xFF;
  }

  private LocalDateTime date() {
    return held != null
        ? held
        : LocalDateTime.ofEpochSecond(base + clock.now() / DeviceClock.SECOND, 0, ZoneOffset.UTC);
  }

  @Override
  protected int readByte(int port) {
    if (port == 0x70) {
      return 0xFF;
    }
    LocalDateTime t = date();
    return switch (index) {
      case 0 -> encode(t.getSecond());
      case 2 -> encode(t.getMinute());
      case 4 -> hour(t.getHour());
      case 6 -> t.getDayOfWeek().getValue() % 7 + 1;
      case 7 -> encode(t.getDayOfMonth());
      case 8 -> encode(t.getMonthValue());
      case 9 -> encode(t.getYear() % 100);
      case CENTURY -> encode(t.getYear() / 100);
      case A -> ram[A] | (updating() ? 0x80 : 0);
      case C -> acknowledge();
      case D -> 0x80;
      default -> ram[index];
    };
  }

  @Override
  protected void writeByte(int port, int value) {
    if (port == 0x70) {
      index = value & 0x7F;
      return;
    }
    switch (index) {
      case 0, 2, 4, 6, 7, 8, 9, CENTURY -> set(value);
      case A -> {
        ram[A] = value & 0x7F;
        schedule();
      }
      case B -> controlB(value);
      case C, D -> {} // read-only
      default -> ram[index] = value;
    }
  }

  private boolean updating() {
    return held == null && clock.now() % DeviceClock.SECOND >= DeviceClock.SECOND - UPDATE_TICKS;
  }

  private int encode(int v) {
    return (ram[B] & B_BINARY) != 0 ? v : v / 10 << 4 | v % 10;
  }

  private int decode(int v) {
    return (ram[B] & B_BINARY) != 0 ? v : (v >> 4) * 10 + (v & 15);
  }

  private int hour(int h) {
    if ((ram[B] & B_24H) != 0) {
      return encode(h);
    }
    return encode(h % 12 == 0 ? 12 : h % 12) | (h >= 12 ? 0x80 : 0);
  }

  private int fromHour(int v) {
    if ((ram[B] & B_24H) != 0) {
      return decode(v) % 24;
    }
    return decode(v & 0x7F) % 12 + ((v & 0x80) != 0 ? 12 : 0);
  }

  private void set(int value) {
    LocalDateTime t = date();
    int v = decode(value);
    LocalDateTime n =
        switch (index) {
          case 0 -> t.withSecond(v % 60);
          case 2 -> t.withMinute(v % 60);
          case 4 -> t.withHour(fromHour(value));
          case 7 -> t.withDayOfMonth(Math.clamp(v, 1, t.toLocalDate().lengthOfMonth()));
          case 8 -> t.withMonth(Math.clamp(v, 1, 12));
          case 9 -> t.withYear(t.getYear() / 100 * 100 + v % 100);
          case CENTURY -> t.withYear(v % 100 * 100 + t.getYear() % 100);
          default -> t; // the day of the week follows from the date
        };
    if (held != null) {
      held = n;
    } else {
      start(n);
    }
  }

  private void start(LocalDateTime t) {
    base = t.toEpochSecond(ZoneOffset.UTC) - clock.now() / DeviceClock.SECOND;
  }

  private void controlB(int value) {
    if ((value & B_SET) != 0) {
      held = date();
    } else if (held != null) {
      start(held);
      held = null;
    }
    ram[B] = value;
    schedule();
    drive();
  }

  /** Period of the periodic interrupt in cycles of 32,768 Hz; 0 for none. */
  private long periodCycles() {
    int rate = ram[A] & 15;
    return rate == 0 ? 0 : 1L << (rate < 3 ? rate + 6 : rate - 1);
  }

  private void schedule() {
    periodic.cancel();
    if ((ram[B] & B_PERIODIC) != 0 && periodCycles() != 0) {
      long n = periodCycles();
      nextPeriod = (DeviceClock.cycles(clock.now(), 32_768) / n + 1) * n;
      periodic.set(DeviceClock.ticks(nextPeriod, 32_768));
    }
    update.cancel();
    if ((ram[B] & (B_UPDATE | B_ALARM)) != 0 && (ram[B] & B_SET) == 0) {
      update.set((clock.now() / DeviceClock.SECOND + 1) * DeviceClock.SECOND);
    }
  }

  private void period() {
    nextPeriod += periodCycles();
    periodic.set(DeviceClock.ticks(nextPeriod, 32_768));
    ram[C] |= B_PERIODIC;
    drive();
  }

  private void second() {
    update.set((clock.now() / DeviceClock.SECOND + 1) * DeviceClock.SECOND);
    LocalDateTime t = date();
    ram[C] |= B_UPDATE;
    if (matches(ram[1], encode(t.getSecond()))
        && matches(ram[3], encode(t.getMinute()))
        && matches(ram[5], hour(t.getHour()))) {
      ram[C] |= B_ALARM;
    }
    drive();
  }

  /** 0xC0..0xFF in an alarm register match every value. */
  private static boolean matches(int alarm, int value) {
    return alarm >= 0xC0 || alarm == value;
  }

  private void drive() {
    boolean active = (ram[B] & ram[C] & (B_PERIODIC | B_ALARM | B_UPDATE)) != 0;
    ram[C] = ram[C] & ~C_IRQ | (active ? C_IRQ : 0);
    lines.set(IRQ, active);
  }

  private int acknowledge() {
    int value = ram[C];
    ram[C] = 0;
    lines.set(IRQ, false);
    return value;
  }

  @Override
  public void save(StateWriter to) {
    to.tag("rtc");
    to.putInts(ram);
    to.putLong(base);
    to.putBoolean(held != null);
    to.putLong(held == null ? 0 : held.toEpochSecond(ZoneOffset.UTC));
    to.putInt(index);
    to.putLong(nextPeriod);
    to.put(periodic);
    to.put(update);
  }

  @Override
  public void load(StateReader from) {
    from.tag("rtc");
    from.getInts(ram);
    base = from.getLong();
    boolean holds = from.getBoolean();
    long seconds = from.getLong();
    held = holds ? LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC) : null;
    index = from.getInt();
    nextPeriod = from.getLong();
    from.get(periodic);
    from.get(update);
  }
}
