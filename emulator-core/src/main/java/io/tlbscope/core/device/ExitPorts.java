package io.tlbscope.core.device;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * The ways out: debug exit 0xF4, system control port A 0x92, reset control 0xCF9 inside the PCI
 * address port, POST code 0x80 and debug console 0xE9.
 *
 * <p>Not modelled: masking of address line 20 (it is always open) and PCI (its ports give all
 * ones).
 */
final class ExitPorts implements Stateful {
  /** The POST code by which a guest says that it has got where a snapshot is worth taking. */
  private static final int MARKER = 0xE5;

  private final PlatformConfig config;
  private int post;
  private int resetControl;

  ExitPorts(PlatformConfig config) {
    this.config = config;
  }

  void claim(Ports ports) {
    ports.claim(
        0xF4,
        4,
        new PortHandler() {
          @Override
          public int read(int port, int size) {
            return 0;
          }

          @Override
          public void write(int port, int size, int value) {
            if (port == 0xF4) {
              config.exit().debugExit(value * 2 + 1);
            }
          }
        });
    ports.claim(0x80, 1, bytes(() -> post, this::post));
    ports.claim(0xE9, 1, bytes(() -> 0xE9, config.debugOut()));
    ports.claim(
        0x92,
        1,
        bytes(
            () -> 0x02,
            value -> {
              if ((value & 1) != 0) {
                config.exit().reset("port 0x92");
              }
            }));
    ports.claim(
        0xCF8,
        4,
        new PortHandler() {
          @Override
          public int read(int port, int size) {
            return port == 0xCF9 && size == 1 ? resetControl : -1;
          }

          @Override
          public void write(int port, int size, int value) {
            if (port == 0xCF9 && size == 1) {
              resetControl(value);
            }
          }
        });
  }

  private void post(int value) {
    post = value;
    if (value == MARKER) {
      config.exit().marker();
    }
  }

  /** Bit 2 rising resets the CPU; bit 1 chooses a full reset, which comes to the same here. */
  private void resetControl(int value) {
    boolean rising = (value & ~resetControl & 0x04) != 0;
    resetControl = value & 0x0E;
    if (rising) {
      config.exit().reset("port 0xCF9");
    }
  }

  private static BytePorts bytes(
      java.util.function.IntSupplier read, java.util.function.IntConsumer write) {
    return new BytePorts() {
      @Override
      protected int readByte(int port) {
        return read.getAsInt();
      }

      @Override
      protected void writeByte(int port, int value) {
        write.accept(value);
      }
    };
  }

  @Override
  public void save(StateWriter to) {
    to.tag("exit ports");
    to.putInt(post);
    to.putInt(resetControl);
  }

  @Override
  public void load(StateReader from) {
    from.tag("exit ports");
    post = from.getInt();
    resetControl = from.getInt();
  }
}
