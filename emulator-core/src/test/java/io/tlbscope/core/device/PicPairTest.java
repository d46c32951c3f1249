package io.tlbscope.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PicPairTest {
  private int rises;
  private final PicPair pic = new PicPair(level -> rises += level ? 1 : 0);

  @BeforeEach
  void program() {
    init(0x20, 0x30, 0x04, 0x01);
    init(0xA0, 0x38, 0x02, 0x01);
  }

  private void init(int port, int base, int icw3, int icw4) {
    write(port, 0x11);
    write(port + 1, base);
    write(port + 1, icw3);
    write(port + 1, icw4);
    write(port + 1, 0);
  }

  private void write(int port, int value) {
    pic.write(port, 1, value);
  }

  private int isr(int port) {
    write(port, 0x0B);
    return pic.read(port, 1);
  }

  private int irr(int port) {
    write(port, 0x0A);
    return pic.read(port, 1);
  }

  private void pulse(int irq) {
    pic.line(irq, false);
    pic.line(irq, true);
  }

  @Test
  void anEdgeIsAcknowledgedOnce() {
    pulse(4);
    assertTrue(pic.intr());
    assertEquals(1, rises);
    assertEquals(0x34, pic.acknowledge());
    assertFalse(pic.intr());
    assertEquals(0x10, isr(0x20));
    write(0x20, 0x20);
    assertEquals(0, isr(0x20));
    assertFalse(pic.intr(), "the line is still high: no new edge");
  }

  @Test
  void lowerNumbersInterruptHigherOnes() {
    pulse(4);
    pic.acknowledge();
    pulse(5);
    assertFalse(pic.intr());
    pulse(1);
    assertEquals(0x31, pic.acknowledge());
    write(0x20, 0x20);
    assertFalse(pic.intr());
    write(0x20, 0x20);
    assertEquals(0x35, pic.acknowledge());
  }

  @Test
  void theSlaveComesThroughInputTwo() {
    pulse(12);
    assertEquals(0x3C, pic.acknowledge());
    assertEquals(0x04, isr(0x20));
    assertEquals(0x10, isr(0xA0));
    pulse(8);
    assertFalse(pic.intr(), "input 2 is in service");
    write(0x20, 0x20);
    assertEquals(0x38, pic.acknowledge(), "IRQ 8 goes before IRQ 12");
  }

  @Test
  void twoSlaveRequestsAreServedInTurn() {
    pulse(8);
    pulse(9);
    assertEquals(0x38, pic.acknowledge());
    write(0xA0, 0x20);
    write(0x20, 0x20);
    assertTrue(pic.intr());
    assertEquals(0x39, pic.acknowledge());
  }

  @Test
  void aMaskedRequestWaits() {
    write(0x21, 0x10);
    pulse(4);
    assertFalse(pic.intr());
    assertEquals(0x10, irr(0x20));
    write(0x21, 0);
    assertTrue(pic.intr());
    assertEquals(0, pic.read(0x21, 1));
  }

  @Test
  void aVanishedRequestIsSpurious() {
    pulse(4);
    pic.line(4, false);
    assertFalse(pic.intr());
    assertEquals(0x37, pic.acknowledge());
    assertEquals(0, isr(0x20));
  }

  @Test
  void levelInputsAskAgainUntilTheLineFalls() {
    pic.write(0x4D1, 1, 0xFF);
    assertEquals(0xDE, pic.read(0x4D1, 1), "IRQ 8 and 13 stay edge-triggered");
    pic.line(9, true);
    assertEquals(0x39, pic.acknowledge());
    write(0xA0, 0x20);
    write(0x20, 0x20);
    assertTrue(pic.intr());
    pic.acknowledge();
    pic.line(9, false);
    write(0xA0, 0x20);
    write(0x20, 0x20);
    assertFalse(pic.intr());
  }

  @Test
  void automaticEoiLeavesNothingInService() {
    init(0x20, 0x30, 0x04, 0x03);
    pulse(4);
    pic.acknowledge();
    assertEquals(0, isr(0x20));
  }

  @Test
  void specificEoiAndRotation() {
    pulse(4);
    pic.acknowledge();
    write(0x20, 0xE4);
    assertEquals(0, isr(0x20));
    pulse(3);
    pulse(5);
    assertEquals(0x35, pic.acknowledge(), "4 has the lowest priority now, 5 the highest");
  }

  @Test
  void pollCommandAcknowledges() {
    pulse(6);
    write(0x20, 0x0C);
    assertEquals(0x86, pic.read(0x20, 1));
    assertEquals(0x40, isr(0x20));
  }

  @Test
  void everythingIsMaskedUntilProgrammed() {
    PicPair fresh = new PicPair(level -> {});
    assertEquals(0xFF, fresh.read(0x21, 1));
    assertEquals(0xFF, fresh.read(0xA1, 1));
  }
}
