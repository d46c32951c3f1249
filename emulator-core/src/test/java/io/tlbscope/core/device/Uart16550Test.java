package io.tlbscope.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class Uart16550Test {
  private static final int DATA = 0x3F8,
      IER = 0x3F9,
      IIR = 0x3FA,
      LCR = 0x3FB,
      MCR = 0x3FC,
      LSR = 0x3FD,
      MSR = 0x3FE,
      SCR = 0x3FF;

  private final Lines lines = new Lines();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ArrayDeque<Integer> in = new ArrayDeque<>();
  private final Uart16550 uart =
      new Uart16550(lines, 4, out::write, () -> in.isEmpty() ? -1 : in.poll());

  private int read(int port) {
    return uart.read(port, 1);
  }

  private void write(int port, int value) {
    uart.write(port, 1, value);
  }

  private void type(String text) {
    text.chars().forEach(in::add);
  }

  @Test
  void bytesGoOutAndTheTransmitterIsEmpty() {
    write(DATA, 'o');
    write(DATA, 'k');
    assertEquals("ok", out.toString());
    assertEquals(0x60, read(LSR));
  }

  @Test
  void inputWaitsInTheReceiver() {
    type("ab");
    assertEquals(0x61, read(LSR));
    assertEquals('a', read(DATA));
    assertEquals('b', read(DATA));
    assertEquals(0x60, read(LSR));
    assertEquals(0, read(DATA));
  }

  @Test
  void theDivisorHidesDataAndEnableRegisters() {
    write(IER, 5);
    write(LCR, 0x83);
    write(DATA, 0x01);
    write(IER, 0x02);
    assertEquals(0x01, read(DATA));
    assertEquals(0x02, read(IER));
    write(LCR, 0x03);
    assertEquals(5, read(IER));
    assertEquals(0, out.size());
  }

  @Test
  void scratchAndUnusedBits() {
    write(SCR, 0xA5);
    assertEquals(0xA5, read(SCR));
    write(IER, 0xFF);
    assertEquals(0x0F, read(IER));
    write(MCR, 0xFF);
    assertEquals(0x1F, read(MCR));
  }

  @Test
  void loopbackReturnsWhatIsSent() {
    write(MCR, 0x1E);
    write(DATA, 0x5A);
    assertEquals(0x61, read(LSR));
    assertEquals(0x5A, read(DATA));
    assertEquals(0, out.size());
  }

  @Test
  void loopbackTurnsModemControlIntoStatus() {
    int[][] pairs = {{0x01, 0x20}, {0x02, 0x10}, {0x04, 0x40}, {0x08, 0x80}, {0x0F, 0xF0}};
    for (int[] pair : pairs) {
      write(MCR, 0x10 | pair[0]);
      assertEquals(pair[1], read(MSR) & 0xF0);
    }
    write(MCR, 0);
    read(MSR);
    assertEquals(0xB0, read(MSR));
  }

  @Test
  void receiveInterruptNeedsOut2() {
    write(IER, 1);
    type("x");
    uart.poll();
    assertFalse(lines.level[4]);
    write(MCR, 0x08);
    assertTrue(lines.level[4]);
    assertEquals(0x04, read(IIR));
    read(DATA);
    assertFalse(lines.level[4]);
    assertEquals(0x01, read(IIR));
  }

  @Test
  void transmitInterruptComesAgainAfterEachByte() {
    write(MCR, 0x08);
    write(IER, 2);
    assertTrue(lines.level[4]);
    assertEquals(0x02, read(IIR));
    assertFalse(lines.level[4], "reading IIR takes it back");
    write(DATA, 'x');
    assertTrue(lines.level[4]);
  }

  @Test
  void theFifoShowsItselfAndHoldsSixteen() {
    write(IIR, 0xC7);
    assertEquals(0xC1, read(IIR));
    type("0123456789abcdefg");
    uart.poll();
    assertEquals(1, in.size(), "the seventeenth waits outside");
    write(IER, 1);
    assertEquals(0xC4, read(IIR));
    for (int i = 0; i < 4; i++) {
      read(DATA);
    }
    assertEquals(0xCC, read(IIR), "below the trigger level: time-out");
    write(IIR, 0xC3);
    assertEquals(0x60, read(LSR), "cleared");
  }

  @Test
  void overrunIsReportedOnce() {
    write(MCR, 0x10);
    write(DATA, 1);
    write(DATA, 2);
    assertEquals(0x63, read(LSR));
    assertEquals(0x61, read(LSR));
    assertEquals(1, read(DATA));
  }
}
