package io.tlbscope.core.device;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * ACPI fixed hardware at 0x600 (ACPI specification 4.8): PM1a status 0x600, enable 0x602, control
 * 0x604, 24-bit timer 0x608.
 *
 * <p>SLP_EN with SLP_TYP 0 (also the S5 of QEMU's machines) powers off. Not modelled: the SCI,
 * buttons, other sleep states.
 */
public final class AcpiPm implements PortHandler, Stateful {
  public static final int BASE = 0x600, PORTS = 0x0C;

  /** Ports of the registers: PM1a events, PM1a control, timer. */
  public static final int EVENTS = BASE, CONTROL = BASE + 4, TIMER = BASE + 8;

  /** SLP_TYP of S5. */
  public static final int S5 = 0;

  static final long HERTZ = 3_579_545;
  private static final int SLP_EN = 1 << 13, SLP_TYP = 7 << 10;

  private final DeviceClock clock;
  private final ExitSink exit;
  private int enable;

  /** SCI_EN is always set: there is no SMM firmware to hand over from. */
  private int control = 1;

  public AcpiPm(DeviceClock clock, ExitSink exit) {
    this.clock = clock;
    this.exit = exit;
  }

  @Override
  public int read(int port, int size) {
    int register = port - BASE & ~3;
    int value =
        switch (register) {
          case 0 -> enable << 16;
          case 4 -> control;
          default -> (int) (DeviceClock.cycles(clock.now(), HERTZ) & 0xFF_FFFF);
        };
    return value >>> 8 * (port & 3);
  }

  @Override
  public void write(int port, int size, int value) {
    if (port == BASE + 2) {
      enable = value & 0xFFFF;
    } else if (port == BASE + 4 && size >= 2) {
      control = value & ~SLP_EN & 0xFFFF | 1;
      if ((value & SLP_EN) != 0 && (value & SLP_TYP) == S5 << 10) {
        exit.powerOff();
      }
    }
  }

  @Override
  public void save(StateWriter to) {
    to.tag("acpi");
    to.putInt(enable);
    to.putInt(control);
  }

  @Override
  public void load(StateReader from) {
    from.tag("acpi");
    enable = from.getInt();
    control = from.getInt();
  }
}
