package io.tlbscope.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices in the midst of something: another one takes over, and it goes on. */
class DeviceStateTest {
  private static final long SECOND = DeviceClock.SECOND;

  private final TestClock clock = new TestClock();
  private final Lines lines = new Lines();
  private final Lines otherLines = new Lines();

  private static void move(Stateful from, Stateful to) {
    StateWriter state = new StateWriter();
    state.put(from);
    StateReader reader = new StateReader(state.toByteArray());
    reader.get(to);
    reader.end();
  }

  private static int count(Pit8254 pit, int channel) {
    pit.write(0x43, 1, channel << 6);
    return pit.read(0x40 + channel, 1) | pit.read(0x40 + channel, 1) << 8;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3, 4})
  void aPitGoesOnCounting(int mode) {
    Pit8254 pit = new Pit8254(clock, lines);
    pit.write(0x43, 1, 0x30 | mode << 1);
    pit.write(0x40, 1, 1000 & 0xFF);
    pit.write(0x40, 1, 1000 >> 8);
    clock.advanceTo(DeviceClock.ticks(300, PitChannel.HERTZ));
    TestClock otherClock = clock.again();
    Pit8254 other = new Pit8254(otherClock, otherLines);
    move(pit, other);
    assertEquals(count(pit, 0), count(other, 0));
    clock.advanceTo(SECOND / 100);
    otherClock.advanceTo(SECOND / 100);
    assertEquals(count(pit, 0), count(other, 0));
    assertEquals(mode == 2 || mode == 3, otherLines.rises[0] > 1);
    assertTrue(
        Math.abs(lines.rises[0] - otherLines.rises[0]) <= 1,
        "as often, but for a line high before");
  }

  @Test
  void aLatchedHalfReadCountStaysLatched() {
    Pit8254 pit = new Pit8254(clock, lines);
    pit.write(0x43, 1, 0xB4);
    pit.write(0x42, 1, 0x34);
    pit.write(0x42, 1, 0x12);
    pit.write(0x61, 1, 1);
    pit.write(0x43, 1, 0x80);
    int low = pit.read(0x42, 1);
    Pit8254 other = new Pit8254(clock.again(), otherLines);
    move(pit, other);
    assertEquals(0x1234, low | other.read(0x42, 1) << 8);
  }

  @Test
  void aClockThatIsHeldStaysHeld() {
    PlatformConfig config = PlatformConfig.of(1, 1 << 20, List.of(), b -> {}, null);
    Rtc rtc = new Rtc(clock, lines, config);
    clock.advanceTo(42 * SECOND);
    set(rtc, 0x0B, 0x82);
    set(rtc, 2, 0x17);
    TestClock otherClock = clock.again();
    Rtc other = new Rtc(otherClock, otherLines, config);
    move(rtc, other);
    otherClock.advanceTo(100 * SECOND);
    assertEquals(0x42, get(other, 0));
    assertEquals(0x17, get(other, 2));
    set(other, 0x0B, 0x02);
    otherClock.advanceTo(103 * SECOND);
    assertEquals(0x45, get(other, 0), "it goes on from where it was held");
  }

  @Test
  void aPeriodicInterruptOfTheClockGoesOn() {
    PlatformConfig config = PlatformConfig.of(1, 1 << 20, List.of(), b -> {}, null);
    Rtc rtc = new Rtc(clock, lines, config);
    set(rtc, 0x0B, 0x42);
    clock.advanceTo(SECOND / 3000);
    TestClock otherClock = clock.again();
    Rtc other = new Rtc(otherClock, otherLines, config);
    move(rtc, other);
    otherClock.advanceTo(SECOND / 1000);
    assertEquals(1, otherLines.rises[8]);
    assertEquals(0xC0, get(other, 0x0C));
  }

  private static void set(Rtc rtc, int index, int value) {
    rtc.write(0x70, 1, index);
    rtc.write(0x71, 1, value);
  }

  private static int get(Rtc rtc, int index) {
    rtc.write(0x70, 1, index);
    return rtc.read(0x71, 1);
  }

  @Test
  void aFilledFifoIsReadOnTheOtherSide() {
    ArrayDeque<Integer> typed = new ArrayDeque<>(List.of(1, 2, 3, 4, 5, 6, 7));
    Uart16550 uart = new Uart16550(lines, 4, b -> {}, () -> typed.isEmpty() ? -1 : typed.poll());
    uart.write(0x3FA, 1, 0x41);
    uart.poll();
    assertEquals(1, uart.read(0x3F8, 1));
    Uart16550 other = new Uart16550(otherLines, 4, b -> {}, () -> -1);
    move(uart, other);
    for (int expected = 2; expected <= 7; expected++) {
      assertEquals(0x61, other.read(0x3FD, 1));
      assertEquals(expected, other.read(0x3F8, 1));
    }
    assertEquals(0x60, other.read(0x3FD, 1));
  }

  @Test
  void aHalfInitialisedPicGoesOn() {
    PicPair pic = new PicPair(level -> {});
    pic.write(0x20, 1, 0x11);
    pic.write(0x21, 1, 0x40);
    PicPair other = new PicPair(level -> {});
    move(pic, other);
    other.write(0x21, 1, 0x04);
    other.write(0x21, 1, 0x01);
    other.write(0x21, 1, 0xFE);
    other.line(0, true);
    assertTrue(other.intr());
    assertEquals(0x40, other.acknowledge());
  }

  @Test
  void repliesOfTheKeyboardWait() {
    Ps2Controller keyboard = new Ps2Controller(null);
    keyboard.write(0x60, 1, 0xF2);
    assertEquals(0xFA, keyboard.read(0x60, 1));
    Ps2Controller other = new Ps2Controller(null);
    move(keyboard, other);
    assertEquals(0xAB, other.read(0x60, 1));
    assertEquals(0x83, other.read(0x60, 1));
  }

  @Test
  void aFirmwareItemIsReadOn() {
    PlatformConfig config = PlatformConfig.of(1, 1 << 20, List.of(), b -> {}, null);
    FwCfg firmware = new FwCfg(config);
    firmware.write(0x510, 2, 0);
    assertEquals('Q', firmware.read(0x511, 1));
    FwCfg other = new FwCfg(config);
    move(firmware, other);
    assertEquals('E', other.read(0x511, 1));
  }
}
