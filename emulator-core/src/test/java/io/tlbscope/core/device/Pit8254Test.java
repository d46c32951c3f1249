package io.tlbscope.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Pit8254Test {
  private final TestClock clock = new TestClock();
  private final Lines lines = new Lines();
  private final Pit8254 pit = new Pit8254(clock, lines);

  private void write(int port, int value) {
    pit.write(port, 1, value);
  }

  private int read(int port) {
    return pit.read(port, 1);
  }

  private void program(int channel, int mode, int count) {
    write(0x43, channel << 6 | 0x30 | mode << 1);
    write(0x40 + channel, count & 0xFF);
    write(0x40 + channel, count >> 8);
  }

  private int count(int channel) {
    write(0x43, channel << 6);
    return read(0x40 + channel) | read(0x40 + channel) << 8;
  }

  private static long cycle(long n) {
    return DeviceClock.ticks(n, PitChannel.HERTZ);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void periodicModesRaiseIrq0EachPeriod(int mode) {
    program(0, mode, 1193);
    int before = lines.rises[0];
    clock.advanceTo(cycle(1193) - 1);
    assertEquals(before, lines.rises[0]);
    clock.advanceTo(cycle(11930));
    assertEquals(before + 10, lines.rises[0]);
  }

  @Test
  void aThousandHertzStaysExactOverASecond() {
    program(0, 2, 1193);
    int before = lines.rises[0];
    clock.advanceTo(DeviceClock.SECOND);
    assertEquals(1_193_182 / 1193, lines.rises[0] - before);
  }

  @Test
  void terminalCountFiresOnce() {
    program(0, 0, 1000);
    assertFalse(lines.level[0]);
    clock.advanceTo(cycle(1000));
    assertTrue(lines.level[0]);
    clock.advanceTo(cycle(100_000));
    assertEquals(1, lines.rises[0]);
    assertEquals(0, clock.scheduled());
  }

  @Test
  void softwareStrobeFiresOnce() {
    program(0, 4, 1000);
    int before = lines.rises[0];
    clock.advanceTo(cycle(5000));
    assertEquals(before + 1, lines.rises[0]);
  }

  @Test
  void theLatchHoldsTheCount() {
    program(0, 2, 10_000);
    clock.advanceTo(cycle(100));
    write(0x43, 0);
    clock.advanceTo(cycle(200));
    assertEquals(9900, read(0x40) | read(0x40) << 8);
    assertEquals(9800, count(0));
  }

  @Test
  void countZeroIsTheLongest() {
    program(0, 2, 0);
    clock.advanceTo(cycle(1));
    assertEquals(0xFFFF, count(0));
  }

  @Test
  void squareWaveCountsByTwo() {
    program(2, 3, 1000);
    write(0x61, 1);
    long start = clock.now();
    clock.advanceTo(start + cycle(100));
    assertEquals(800, count(2));
    assertTrue((read(0x61) & 0x20) != 0);
    clock.advanceTo(start + cycle(600));
    assertEquals(0, read(0x61) & 0x20);
  }

  @Test
  void channelTwoCountsWhileItsGateIsOpen() {
    write(0x61, 0);
    program(2, 0, 1000);
    clock.advanceTo(cycle(5000));
    assertEquals(0, read(0x61) & 0x20, "gate closed");
    write(0x61, 1);
    clock.advanceTo(cycle(5999));
    assertEquals(0, read(0x61) & 0x20);
    clock.advanceTo(cycle(6001));
    assertEquals(0x20, read(0x61) & 0x20);
    assertEquals(1, read(0x61) & 0x0F);
  }

  @Test
  void hardwareOneShotStartsAtTheGate() {
    program(2, 1, 100);
    assertEquals(0x20, read(0x61) & 0x20);
    write(0x61, 1);
    assertEquals(0, read(0x61) & 0x20);
    clock.advanceTo(cycle(101));
    assertEquals(0x20, read(0x61) & 0x20);
  }

  @Test
  void readBackGivesStatusAndCount() {
    program(0, 2, 5000);
    write(0x43, 0xC2);
    assertEquals(0x80 | 0x30 | 4, read(0x40));
    assertEquals(5000, read(0x40) | read(0x40) << 8);
  }

  @Test
  void singleByteAccess() {
    write(0x43, 0x14);
    write(0x40, 100);
    assertEquals(100, read(0x40));
    write(0x43, 0x24);
    write(0x40, 0x12);
    assertEquals(0x12, read(0x40));
  }

  @Test
  void bcdCounts() {
    write(0x43, 0x35);
    write(0x40, 0x00);
    write(0x40, 0x10);
    clock.advanceTo(cycle(1));
    assertEquals(0x0999, count(0));
  }

  @Test
  void anUnprogrammedTimerIsSilent() {
    clock.advanceTo(10 * DeviceClock.SECOND);
    assertEquals(0, lines.rises[0]);
  }

  @Test
  void refreshBitToggles() {
    int before = read(0x61) & 0x10;
    clock.advanceTo(15_000);
    assertEquals(before ^ 0x10, read(0x61) & 0x10);
  }
}
