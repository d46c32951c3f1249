package io.tlbscope.core.device;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * Intel 8254 at ports 0x40..0x43 and the PC's system control port B (0x61): gate of channel 2,
 * speaker, its output.
 *
 * <p>Channel 0 drives IRQ 0 with rising edges; channel 1 counts and drives nothing.
 */
public final class Pit8254 extends BytePorts implements Stateful {
  private static final int IRQ = 0;
  private final DeviceClock clock;
  private final IrqLines lines;
  private final PitChannel[] channels;
  private final Alarm alarm;
  private int portB;
  private long nextEdge;

  public Pit8254(DeviceClock clock, IrqLines lines) {
    this.clock = clock;
    this.lines = lines;
    this.channels =
        new PitChannel[] {new PitChannel(clock), new PitChannel(clock), new PitChannel(clock)};
    this.alarm = new Alarm(clock, this::edge);
    channels[2].gate(false);
  }

  @Override
  protected int readByte(int port) {
    if (port == 0x61) {
      // Bit 4 toggles with each DRAM refresh, every 15 microseconds; some guests time by it.
      int refresh = (int) (clock.now() / 15_000 & 1) << 4;
      return portB | refresh | (channels[2].output() ? 0x20 : 0);
    }
    return port == 0x43 ? 0xFF : channels[port & 3].read();
  }

  @Override
  protected void writeByte(int port, int value) {
    if (port == 0x61) {
      portB = value & 0x0F;
      channels[2].gate((value & 1) != 0);
    } else if (port == 0x43) {
      control(value);
    } else if (channels[port & 3].write(value) && port == 0x40) {
      counting();
    }
  }

  private void control(int value) {
    int select = value >> 6;
    if (select == 3) {
      readBack(value);
    } else if ((value & 0x30) == 0) {
      channels[select].latchCount();
    } else {
      channels[select].control(value);
      if (select == 0) {
        alarm.cancel();
        lines.set(IRQ, channels[0].output());
      }
    }
  }

  private void readBack(int value) {
    for (int i = 0; i < 3; i++) {
      if ((value >> i + 1 & 1) != 0) {
        if ((value & 0x20) == 0) {
          channels[i].latchCount();
        }
        if ((value & 0x10) == 0) {
          channels[i].latchStatus();
        }
      }
    }
  }

  /** Channel 0 got a count: finds its next rising edge. */
  private void counting() {
    PitChannel c = channels[0];
    alarm.cancel();
    lines.set(IRQ, c.output());
    if (c.running()) {
      // The strobe of mode 4 rises one cycle after the terminal count.
      nextEdge = c.startCycle() + c.period() + (c.mode() == 4 ? 1 : 0);
      alarm.set(DeviceClock.ticks(nextEdge, PitChannel.HERTZ));
    }
  }

  private void edge() {
    PitChannel c = channels[0];
    lines.set(IRQ, false);
    lines.set(IRQ, true);
    if (c.mode() == 2 || c.mode() == 3) {
      nextEdge += c.period();
      alarm.set(DeviceClock.ticks(nextEdge, PitChannel.HERTZ));
    }
  }

  @Override
  public void save(StateWriter to) {
    to.tag("pit");
    for (PitChannel channel : channels) {
      to.put(channel);
    }
    to.put(alarm);
    to.putInt(portB);
    to.putLong(nextEdge);
  }

  @Override
  public void load(StateReader from) {
    from.tag("pit");
    for (PitChannel channel : channels) {
      from.get(channel);
    }
    from.get(alarm);
    portB = from.getInt();
    nextEdge = from.getLong();
  }
}
