package io.tlbscope.core.device;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * The PC's two 8259A: master at 0x20, slave at 0xA0 on the master's input 2, edge/level registers
 * at 0x4D0 and 0x4D1. All inputs masked until a guest programs them.
 */
public final class PicPair extends BytePorts implements Stateful {
  /** Told when the INTR output changes. */
  @FunctionalInterface
  public interface Output {
    void intr(boolean level);
  }

  private final Pic8259 master = new Pic8259(false);
  private final Pic8259 slave = new Pic8259(true);
  private final Output output;
  private boolean intr;

  public PicPair(Output output) {
    this.output = output;
    master.write(true, 0xFF);
    slave.write(true, 0xFF);
  }

  /** Drives ISA IRQ 0..15; IRQ 2 is the cascade and cannot be driven. */
  public void line(int irq, boolean level) {
    if (irq == 2) {
      return;
    }
    (irq < 8 ? master : slave).line(irq & 7, level);
    update();
  }

  /** Level of INTR. */
  public boolean intr() {
    return intr;
  }

  /**
   * INTA cycles: the vector; input 7 of the chip for a spurious interrupt, whose in-service bit
   * stays clear.
   */
  public int acknowledge() {
    int input = master.acknowledge();
    int vector = master.vector(input);
    if (input == 2) {
      vector = slave.vector(slave.acknowledge());
    }
    update();
    return vector;
  }

  @Override
  protected int readByte(int port) {
    int value =
        switch (port) {
          case 0x20, 0x21 -> master.read((port & 1) != 0);
          case 0xA0, 0xA1 -> slave.read((port & 1) != 0);
          case 0x4D0 -> master.elcr();
          default -> slave.elcr();
        };
    update();
    return value;
  }

  @Override
  protected void writeByte(int port, int value) {
    switch (port) {
      case 0x20, 0x21 -> master.write((port & 1) != 0, value);
      case 0xA0, 0xA1 -> slave.write((port & 1) != 0, value);
      // IRQ 0, 1, 2, 8 and 13 are always edge-triggered.
      case 0x4D0 -> master.elcr(value & 0xF8);
      default -> slave.elcr(value & 0xDE);
    }
    update();
  }

  private void update() {
    master.cascade(slave.output());
    boolean now = master.output();
    if (now != intr) {
      intr = now;
      output.intr(now);
    }
  }

  @Override
  public void save(StateWriter to) {
    to.tag("pic");
    to.put(master);
    to.put(slave);
    to.putBoolean(intr);
  }

  @Override
  public void load(StateReader from) {
    from.tag("pic");
    from.get(master);
    from.get(slave);
    intr = from.getBoolean();
  }
}
