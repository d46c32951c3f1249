package io.tlbscope.core.device;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/**
 * 16550A UART (National Semiconductor PC16550D). Characters leave at once: the transmitter is
 * always empty.
 *
 * <pre>
 * +0 RBR/THR (DLL)   +1 IER (DLM)   +2 IIR/FCR   +3 LCR   +4 MCR   +5 LSR   +6 MSR   +7 SCR
 * </pre>
 *
 * Not modelled: line speed, character time-out as a delay (it is signalled at once), parity,
 * framing and break errors, DMA mode.
 */
public final class Uart16550 extends BytePorts implements Stateful {
  private static final int FIFO_SIZE = 16;
  private static final int IER_RX = 1, IER_TX = 2, IER_LINE = 4, IER_MODEM = 8;
  private static final int LSR_DATA = 0x01, LSR_OVERRUN = 0x02, LSR_TX_EMPTY = 0x60;
  private static final int MCR_OUT2 = 0x08, MCR_LOOP = 0x10;

  /** CTS, DSR and DCD: a terminal is there. */
  private static final int MSR_CONNECTED = 0xB0;

  private static final int[] TRIGGER = {1, 4, 8, 14};

  private final IrqLines lines;
  private final int irq;
  private final IntConsumer output;
  private final IntSupplier input;
  private final int[] fifo = new int[FIFO_SIZE];
  private int head;
  private int count;
  private int ier;
  private int lcr;
  private int mcr;
  private int fcr;
  private int scratch;
  private int divisor = 12;
  private int modemDelta;
  private boolean overrun;
  private boolean transmitterPending;

  /**
   * @param output takes each byte sent, 0..255
   * @param input gives the next byte received or -1; asked whenever the guest looks and at {@link
   *     #poll}
   */
  public Uart16550(IrqLines lines, int irq, IntConsumer output, IntSupplier input) {
    this.lines = lines;
    this.irq = irq;
    this.output = output;
    this.input = input;
  }

  /**
   * Fetches input that has arrived, so that a guest which waits for the receive interrupt gets it.
   */
  public void poll() {
    if ((mcr & MCR_LOOP) == 0) {
      int room = (fcr & 1) != 0 ? FIFO_SIZE : 1;
      while (count < room) {
        int value = input.getAsInt();
        if (value < 0) {
          break;
        }
        push(value & 0xFF);
      }
    }
    update();
  }

  @Override
  protected int readByte(int port) {
    return switch (port & 7) {
      case 0 -> (lcr & 0x80) != 0 ? divisor & 0xFF : receive();
      case 1 -> (lcr & 0x80) != 0 ? divisor >> 8 : ier;
      case 2 -> identify();
      case 3 -> lcr;
      case 4 -> mcr;
      case 5 -> lineStatus();
      case 6 -> modemStatus();
      default -> scratch;
    };
  }

  @Override
  protected void writeByte(int port, int value) {
    switch (port & 7) {
      case 0 -> {
        if ((lcr & 0x80) != 0) {
          divisor = divisor & 0xFF00 | value;
        } else {
          transmit(value);
        }
      }
      case 1 -> {
        if ((lcr & 0x80) != 0) {
          divisor = divisor & 0xFF | value << 8;
        } else {
          transmitterPending |= (value & ~ier & IER_TX) != 0;
          ier = value & 0x0F;
        }
      }
      case 2 -> fifoControl(value);
      case 3 -> lcr = value;
      case 4 -> {
        int before = modemLines();
        mcr = value & 0x1F;
        int after = modemLines();
        modemDelta |= (before ^ after) >> 4 & 0x0B | (before & ~after) >> 4 & 0x04;
      }
      case 7 -> scratch = value;
      default -> {} // LSR and MSR are read-only
    }
    update();
  }

  private void transmit(int value) {
    if ((mcr & MCR_LOOP) != 0) {
      push(value);
    } else {
      output.accept(value);
    }
    transmitterPending = true;
  }

  private int receive() {
    poll();
    if (count == 0) {
      return 0;
    }
    int value = fifo[head];
    head = (head + 1) % FIFO_SIZE;
    count--;
    update();
    return value;
  }

  private void push(int value) {
    if (count == ((fcr & 1) != 0 ? FIFO_SIZE : 1)) {
      overrun = true;
      return;
    }
    fifo[(head + count++) % FIFO_SIZE] = value;
  }

  private void fifoControl(int value) {
    if (((value ^ fcr) & 1) != 0 || (value & 2) != 0) {
      count = 0;
      head = 0;
    }
    fcr = (value & 1) != 0 ? value & 0xC9 : 0;
  }

  private int lineStatus() {
    poll();
    int status = LSR_TX_EMPTY | (count > 0 ? LSR_DATA : 0) | (overrun ? LSR_OVERRUN : 0);
    overrun = false;
    update();
    return status;
  }

  /** Bits 7..4: DCD RI DSR CTS; in loopback they are OUT2 OUT1 DTR RTS. */
  private int modemLines() {
    if ((mcr & MCR_LOOP) == 0) {
      return MSR_CONNECTED;
    }
    return (mcr & 0x0C) << 4 | (mcr & 1) << 5 | (mcr & 2) << 3;
  }

  private int modemStatus() {
    int status = modemLines() | modemDelta;
    modemDelta = 0;
    update();
    return status;
  }

  /** The most urgent source as IIR bits 3..0; 1 when there is none. */
  private int source() {
    if ((ier & IER_LINE) != 0 && overrun) {
      return 0x06;
    }
    if ((ier & IER_RX) != 0 && count > 0) {
      return (fcr & 1) == 0 || count >= TRIGGER[fcr >> 6] ? 0x04 : 0x0C;
    }
    if ((ier & IER_TX) != 0 && transmitterPending) {
      return 0x02;
    }
    return (ier & IER_MODEM) != 0 && modemDelta != 0 ? 0x00 : 0x01;
  }

  private int identify() {
    poll();
    int id = source();
    if (id == 0x02) {
      transmitterPending = false;
      update();
    }
    return id | ((fcr & 1) != 0 ? 0xC0 : 0);
  }

  private void update() {
    // OUT2 gates the interrupt on every PC; in loopback the line is cut off.
    lines.set(irq, source() != 1 && (mcr & MCR_OUT2) != 0 && (mcr & MCR_LOOP) == 0);
  }

  @Override
  public void save(StateWriter to) {
    to.tag("uart");
    to.putInts(fifo);
    to.putInt(head);
    to.putInt(count);
    to.putInt(ier);
    to.putInt(lcr);
    to.putInt(mcr);
    to.putInt(fcr);
    to.putInt(scratch);
    to.putInt(divisor);
    to.putInt(modemDelta);
    to.putBoolean(overrun);
    to.putBoolean(transmitterPending);
  }

  @Override
  public void load(StateReader from) {
    from.tag("uart");
    from.getInts(fifo);
    head = from.getInt();
    count = from.getInt();
    ier = from.getInt();
    lcr = from.getInt();
    mcr = from.getInt();
    fcr = from.getInt();
    scratch = from.getInt();
    divisor = from.getInt();
    modemDelta = from.getInt();
    overrun = from.getBoolean();
    transmitterPending = from.getBoolean();
  }
}
