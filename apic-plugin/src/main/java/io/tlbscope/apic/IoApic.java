package io.tlbscope.apic;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * I/O APIC with 24 pins (82093AA data sheet; the EOI register of version 20h).
 *
 * <pre>
 * memory   00h IOREGSEL   10h IOWIN   40h EOI
 * indirect 00h ID   01h version   02h arbitration   10h + 2n, 11h + 2n redirection entry n
 *
 * entry    63 .. 56 | 16 | 15 | 14   | 13 | 12 | 11 | 10 9 8 | 7 .. 0
 *          dest.      M    TM   RIRR   PP   DS   DM   mode     vector
 * </pre>
 *
 * <p>Not supported: SMI and ExtINT entries (counted, no effect; the PIC reaches the bootstrap
 * processor through LINT0), the arbitration ID beyond being readable. An edge on a masked pin is
 * lost, as the data sheet says.
 */
final class IoApic implements Stateful {
  static final int PINS = 24, VERSION = 0x20;
  static final long DEFAULT_PA = 0xFEC0_0000L;
  private static final long VECTOR = 0xFF,
      POLARITY_LOW = 1 << 13,
      REMOTE_IRR = 1 << 14,
      LEVEL = 1 << 15,
      MASKED = 1 << 16,
      LOGICAL = 1 << 11,
      WRITABLE = 0xFF00_0000_0001_AFFFL;

  /** Where its messages go; the answer is whether a local APIC took it. */
  interface Output {
    boolean interrupt(
        int vector, DeliveryMode mode, int destination, boolean logical, boolean level);
  }

  private final Output out;
  private final long[] entries = new long[PINS];
  private int lines;
  private int select;
  private int id;

  IoApic(int id, Output out) {
    this.out = out;
    reset(id);
  }

  /** Masks every pin; input levels stay. */
  void reset(int newId) {
    id = newId;
    select = 0;
    java.util.Arrays.fill(entries, MASKED);
  }

  int read(int offset) {
    return switch (offset) {
      case 0x00 -> select;
      case 0x10 -> indirect();
      default -> 0;
    };
  }

  void write(int offset, int value) {
    switch (offset) {
      case 0x00 -> select = value & 0xFF;
      case 0x10 -> indirect(value);
      case 0x40 -> endOfInterrupt(value & 0xFF);
      default -> {} // reserved
    }
  }

  private int indirect() {
    return switch (select) {
      case 0, 2 -> id << 24;
      case 1 -> VERSION | PINS - 1 << 16;
      default -> {
        int pin = select - 0x10 >> 1;
        yield select < 0x10 || pin >= PINS ? 0 : (int) (entries[pin] >>> (select & 1) * 32);
      }
    };
  }

  private void indirect(int value) {
    if (select == 0) {
      id = value >>> 24 & 0xF;
      return;
    }
    int pin = select - 0x10 >> 1;
    if (select < 0x10 || pin >= PINS) {
      return;
    }
    long old = entries[pin];
    long merged =
        (select & 1) == 0
            ? old & ~0xFFFF_FFFFL | value & 0xFFFF_FFFFL
            : old & 0xFFFF_FFFFL | (long) value << 32;
    long entry = merged & WRITABLE;
    if ((entry & LEVEL) != 0) {
      entry |= old & REMOTE_IRR;
    }
    entries[pin] = entry;
    // A level that waited behind the mask or an old setting goes out now; edges do not wait.
    level(pin);
  }

  /** Drives an input. */
  void line(int pin, boolean level) {
    boolean before = asserted(pin);
    lines = lines & ~(1 << pin) | (level ? 1 << pin : 0);
    long entry = entries[pin];
    if ((entry & LEVEL) != 0) {
      level(pin);
    } else if (!before && asserted(pin) && (entry & MASKED) == 0) {
      send(entry);
    }
  }

  private boolean asserted(int pin) {
    return (lines >> pin & 1) != 0 != ((entries[pin] & POLARITY_LOW) != 0);
  }

  private void level(int pin) {
    long entry = entries[pin];
    if ((entry & LEVEL) != 0
        && (entry & (MASKED | REMOTE_IRR)) == 0
        && asserted(pin)
        && send(entry)) {
      entries[pin] |= REMOTE_IRR;
    }
  }

  private boolean send(long entry) {
    DeliveryMode mode = DeliveryMode.of((int) entry);
    // Only vectored modes can be level-triggered; the others are taken as edges.
    boolean level = (entry & LEVEL) != 0 && mode.vectored();
    return out.interrupt(
        (int) (entry & VECTOR), mode, (int) (entry >>> 56), (entry & LOGICAL) != 0, level);
  }

  /** An EOI, broadcast or written: entries of this vector may send again. */
  void endOfInterrupt(int vector) {
    for (int pin = 0; pin < PINS; pin++) {
      if ((entries[pin] & LEVEL) != 0
          && (entries[pin] & VECTOR) == vector
          && (entries[pin] & REMOTE_IRR) != 0) {
        entries[pin] &= ~REMOTE_IRR;
        level(pin);
      }
    }
  }

  @Override
  public void save(StateWriter to) {
    to.tag("io apic");
    to.putLongs(entries);
    to.putInt(lines);
    to.putInt(select);
    to.putInt(id);
  }

  @Override
  public void load(StateReader from) {
    from.tag("io apic");
    from.getLongs(entries);
    lines = from.getInt();
    select = from.getInt();
    id = from.getInt();
  }
}
