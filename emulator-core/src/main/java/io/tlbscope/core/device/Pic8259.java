package io.tlbscope.core.device;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * One Intel 8259A: registers and priority. {@link PicPair} wires two of them.
 *
 * <p>Not modelled: MCS-80/85 mode (ICW4.uPM = 0 is taken as 8086 mode), buffered mode, polling of
 * the slave through the master.
 */
final class Pic8259 implements Stateful {
  private final boolean slave;
  private int irr;
  private int isr;
  private int imr;
  private int lines;
  private int elcr;
  private int base;
  private int icw3;
  private int expected;
  private boolean needIcw4;
  private boolean single;
  private boolean autoEoi;
  private boolean rotateOnAutoEoi;
  private boolean specialMask;
  private boolean nested;
  private boolean readIsr;
  private boolean poll;

  /** Input with the lowest priority; 7 after ICW1. */
  private int lowest = 7;

  Pic8259(boolean slave) {
    this.slave = slave;
  }

  /** Drives input 0..7. */
  void line(int input, boolean level) {
    int bit = 1 << input;
    if (!level) {
      lines &= ~bit;
      // An edge that was not acknowledged is lost when its line falls, which makes the spurious
      // interrupt 7.
      irr &= ~bit;
    } else {
      if ((lines & bit) == 0 || (elcr & bit) != 0) {
        irr |= bit;
      }
      lines |= bit;
    }
  }

  /**
   * Input 2 of the master follows the slave's INT: its pulses between INTA cycles come to the same
   * as a level.
   */
  void cascade(boolean level) {
    lines = lines & ~4 | (level ? 4 : 0);
    irr = irr & ~4 | (level ? 4 : 0);
  }

  /** True while the INT output is high. */
  boolean output() {
    return candidate() >= 0;
  }

  /** The input that would be acknowledged now, or -1. */
  int candidate() {
    int requests = irr & ~imr;
    if (requests == 0) {
      return -1;
    }
    for (int i = 1; i <= 8; i++) {
      int input = lowest + i & 7;
      boolean inService = (isr >> input & 1) != 0;
      boolean requested = (requests >> input & 1) != 0;
      if (inService && !(specialMask && (imr >> input & 1) != 0)) {
        // Special fully nested mode lets the slave's input through while the slave is in service.
        return requested && nested && !slave && (icw3 >> input & 1) != 0 ? input : -1;
      }
      if (requested) {
        return input;
      }
    }
    return -1;
  }

  /** INTA: moves the candidate to service and returns its input, or -1 for a spurious cycle. */
  int acknowledge() {
    int input = candidate();
    if (input < 0) {
      return -1;
    }
    int bit = 1 << input;
    if ((elcr & bit) == 0) {
      irr &= ~bit;
    }
    if (!autoEoi) {
      isr |= bit;
    } else if (rotateOnAutoEoi) {
      lowest = input;
    }
    return input;
  }

  /** Vector of an input; a spurious cycle gives input 7's. */
  int vector(int input) {
    return base | (input < 0 ? 7 : input);
  }

  int elcr() {
    return elcr;
  }

  void elcr(int value) {
    elcr = value;
    irr = irr & ~value | lines & value;
  }

  int read(boolean data) {
    if (data) {
      return imr;
    }
    if (poll) {
      poll = false;
      int input = acknowledge();
      return input < 0 ? 0 : 0x80 | input;
    }
    return readIsr ? isr : irr;
  }

  void write(boolean data, int value) {
    if (data) {
      writeData(value);
    } else if ((value & 0x10) != 0) {
      icw1(value);
    } else if ((value & 0x08) == 0) {
      ocw2(value);
    } else {
      ocw3(value);
    }
  }

  private void icw1(int value) {
    expected = 2;
    single = (value & 2) != 0;
    needIcw4 = (value & 1) != 0;
    imr = 0;
    isr = 0;
    irr = lines & elcr;
    lowest = 7;
    specialMask = false;
    readIsr = false;
    autoEoi = false;
    nested = false;
    rotateOnAutoEoi = false;
  }

  private void writeData(int value) {
    switch (expected) {
      case 2 -> {
        base = value & 0xF8;
        expected = single ? needIcw4 ? 4 : 0 : 3;
      }
      case 3 -> {
        icw3 = value;
        expected = needIcw4 ? 4 : 0;
      }
      case 4 -> {
        autoEoi = (value & 2) != 0;
        nested = (value & 0x10) != 0;
        expected = 0;
      }
      default -> imr = value;
    }
  }

  /** Bits 7..5: R SL EOI. */
  private void ocw2(int value) {
    int level = value & 7;
    switch (value >> 5) {
      case 0 -> rotateOnAutoEoi = false;
      case 1 -> end(highestInService(), false);
      case 3 -> end(level, false);
      case 4 -> rotateOnAutoEoi = true;
      case 5 -> end(highestInService(), true);
      case 6 -> lowest = level;
      case 7 -> end(level, true);
      default -> {} // 2: no operation
    }
  }

  private void end(int input, boolean rotate) {
    if (input < 0) {
      return;
    }
    isr &= ~(1 << input);
    if (rotate) {
      lowest = input;
    }
  }

  private int highestInService() {
    for (int i = 1; i <= 8; i++) {
      int input = lowest + i & 7;
      if ((isr >> input & 1) != 0 && !(specialMask && (imr >> input & 1) != 0)) {
        return input;
      }
    }
    return -1;
  }

  private void ocw3(int value) {
    if ((value & 0x40) != 0) {
      specialMask = (value & 0x20) != 0;
    }
    poll = (value & 0x04) != 0;
    if ((value & 0x02) != 0) {
      readIsr = (value & 0x01) != 0;
    }
  }

  @Override
  public void save(StateWriter to) {
    to.putInt(irr);
    to.putInt(isr);
    to.putInt(imr);
    to.putInt(lines);
    to.putInt(elcr);
    to.putInt(base);
    to.putInt(icw3);
    to.putInt(expected);
    to.putBoolean(needIcw4);
    to.putBoolean(single);
    to.putBoolean(autoEoi);
    to.putBoolean(rotateOnAutoEoi);
    to.putBoolean(specialMask);
    to.putBoolean(nested);
    to.putBoolean(readIsr);
    to.putBoolean(poll);
    to.putInt(lowest);
  }

  @Override
  public void load(StateReader from) {
    irr = from.getInt();
    isr = from.getInt();
    imr = from.getInt();
    lines = from.getInt();
    elcr = from.getInt();
    base = from.getInt();
    icw3 = from.getInt();
    expected = from.getInt();
    needIcw4 = from.getBoolean();
    single = from.getBoolean();
    autoEoi = from.getBoolean();
    rotateOnAutoEoi = from.getBoolean();
    specialMask = from.getBoolean();
    nested = from.getBoolean();
    readIsr = from.getBoolean();
    poll = from.getBoolean();
    lowest = from.getInt();
  }
}
