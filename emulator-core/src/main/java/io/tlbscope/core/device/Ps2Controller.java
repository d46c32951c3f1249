package io.tlbscope.core.device;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.ArrayDeque;

/**
 * 8042 keyboard controller, ports 0x60 and 0x64, as far as boot code needs it: self test, reset
 * pulse, replies of a keyboard that nobody types on. Not modelled: interrupts, keys, a mouse,
 * address line 20.
 */
public final class Ps2Controller extends BytePorts implements Stateful {
  private static final int OUTPUT_FULL = 1, SYSTEM_FLAG = 4, COMMAND = 8, UNLOCKED = 0x10;
  private static final int ACK = 0xFA, SELF_TEST_PASSED = 0xAA;

  private final ExitSink exit;
  private final ArrayDeque<Integer> replies = new ArrayDeque<>();
  private int commandByte = 0x45;

  /** Controller command that waits for its data byte, 0 for none. */
  private int waiting;

  private int lastWasCommand;

  public Ps2Controller(ExitSink exit) {
    this.exit = exit;
  }

  @Override
  protected int readByte(int port) {
    if (port == 0x64) {
      return (replies.isEmpty() ? 0 : OUTPUT_FULL) | SYSTEM_FLAG | UNLOCKED | lastWasCommand;
    }
    return replies.isEmpty() ? 0 : replies.poll();
  }

  @Override
  protected void writeByte(int port, int value) {
    if (port == 0x64) {
      lastWasCommand = COMMAND;
      command(value);
    } else {
      lastWasCommand = 0;
      data(value);
    }
  }

  private void command(int value) {
    waiting = 0;
    switch (value) {
      case 0x20 -> replies.add(commandByte);
      case 0xA9, 0xAB -> replies.add(0);
      case 0xAA -> replies.add(0x55);
      case 0xD0 -> replies.add(0xDF);
      case 0x60, 0xD1, 0xD2, 0xD3, 0xD4 -> waiting = value;
      default -> {
        // 0xF0..0xFF pulse the output port's low bits; bit 0 low is the CPU's reset.
        if (value >= 0xF0 && (value & 1) == 0) {
          exit.reset("keyboard controller");
        }
      }
    }
  }

  private void data(int value) {
    switch (waiting) {
      case 0x60 -> commandByte = value;
      case 0xD1 -> {
        if ((value & 1) == 0) {
          exit.reset("keyboard controller");
        }
      }
      case 0xD2, 0xD3 -> replies.add(value);
      case 0xD4 -> {} // no mouse
      default -> keyboard(value);
    }
    waiting = 0;
  }

  private void keyboard(int value) {
    replies.add(ACK);
    if (value == 0xFF) {
      replies.add(SELF_TEST_PASSED);
    } else if (value == 0xF2) {
      replies.add(0xAB);
      replies.add(0x83);
    }
  }

  @Override
  public void save(StateWriter to) {
    to.tag("ps2");
    to.putInts(replies.stream().mapToInt(reply -> reply).toArray());
    to.putInt(commandByte);
    to.putInt(waiting);
    to.putInt(lastWasCommand);
  }

  @Override
  public void load(StateReader from) {
    from.tag("ps2");
    replies.clear();
    for (int reply : from.getInts()) {
      replies.add(reply);
    }
    commandByte = from.getInt();
    waiting = from.getInt();
    lastWasCommand = from.getInt();
  }
}
