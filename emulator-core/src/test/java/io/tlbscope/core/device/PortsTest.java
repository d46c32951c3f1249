package io.tlbscope.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortsTest {
  private final Ports ports = new Ports();
  private final List<String> log = new ArrayList<>();

  private final PortHandler wide =
      new PortHandler() {
        @Override
        public int read(int port, int size) {
          return 0x12345678;
        }

        @Override
        public void write(int port, int size, int value) {
          log.add("%x/%d=%x".formatted(port, size, value));
        }
      };

  private final BytePorts narrow =
      new BytePorts() {
        @Override
        protected int readByte(int port) {
          return port & 0xFF;
        }

        @Override
        protected void writeByte(int port, int value) {
          log.add("%x=%x".formatted(port, value));
        }
      };

  @Test
  void unclaimedPortsReadAllOnes() {
    assertEquals(0xFF, ports.read(0x1000, 1));
    assertEquals(0xFFFF, ports.read(0x1000, 2));
    assertEquals(-1, ports.read(0x1000, 4));
    ports.write(0x1000, 4, 0);
  }

  @Test
  void wideHandlersGetTheAccessWhole() {
    ports.claim(0x100, 4, wide);
    assertEquals(0x5678, ports.read(0x100, 2));
    ports.write(0x100, 4, 0xDEADBEEF);
    ports.write(0x103, 1, 0x1FF);
    assertEquals(List.of("100/4=deadbeef", "103/1=ff"), log);
  }

  @Test
  void byteDevicesGetConsecutivePorts() {
    ports.claim(0x70, 2, narrow);
    assertEquals(0x7170, ports.read(0x70, 2));
    ports.write(0x70, 2, 0xBBAA);
    assertEquals(List.of("70=aa", "71=bb"), log);
  }

  @Test
  void anAccessAcrossHandlersIsSplit() {
    ports.claim(0x100, 2, wide);
    ports.claim(0x102, 1, narrow);
    ports.write(0x100, 4, 0x44332211);
    assertEquals(List.of("100/1=11", "101/1=22", "102=33"), log);
    assertEquals(0xFF027878, ports.read(0x100, 4));
  }

  @Test
  void theEndOfTheSpaceWraps() {
    assertEquals(-1, ports.read(0xFFFE, 4));
    ports.write(0xFFFF, 4, 0);
  }

  @Test
  void aPortBelongsToOneHandler() {
    ports.claim(0x100, 4, wide);
    assertThrows(IllegalArgumentException.class, () -> ports.claim(0x103, 2, wide));
    assertThrows(IllegalArgumentException.class, () -> ports.claim(0xFFFF, 2, wide));
  }
}
