package io.tlbscope.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RtcTest {
  private static final long SECOND = DeviceClock.SECOND, MIB = 1 << 20;
  private final TestClock clock = new TestClock();
  private final Lines lines = new Lines();
  private final Rtc rtc = rtc(512 * MIB);

  private Rtc rtc(long ram) {
    return new Rtc(clock, lines, PlatformConfig.of(3, ram, List.of(), b -> {}, null));
  }

  private static int read(Rtc rtc, int index) {
    rtc.write(0x70, 1, index);
    return rtc.read(0x71, 1);
  }

  private void write(int index, int value) {
    rtc.write(0x70, 1, index);
    rtc.write(0x71, 1, value);
  }

  private int read(int index) {
    return read(rtc, index);
  }

  @Test
  void tellsTheConfiguredDateInBcd() {
    assertEquals(0x26, read(9));
    assertEquals(0x20, read(0x32));
    assertEquals(1, read(8));
    assertEquals(1, read(7));
    assertEquals(5, read(6), "a Thursday");
    clock.advanceTo(SECOND * (59 + 60 * 59 + 3600L * 23));
    assertEquals(0x59, read(0));
    assertEquals(0x59, read(2));
    assertEquals(0x23, read(4));
    clock.advanceTo(SECOND * 86_400);
    assertEquals(2, read(7));
  }

  @Test
  void binaryAndTwelveHours() {
    clock.advanceTo(SECOND * 3600 * 13 + SECOND * 42);
    write(0x0B, 0x04);
    assertEquals(42, read(0));
    assertEquals(0x81, read(4));
    write(0x0B, 0x06);
    assertEquals(13, read(4));
  }

  @Test
  void aSetDateGoesOn() {
    write(0x0B, 0x82);
    write(0, 0x30);
    write(2, 0x15);
    write(4, 0x08);
    clock.advanceTo(10 * SECOND);
    assertEquals(0x30, read(0), "held");
    write(0x0B, 0x02);
    clock.advanceTo(15 * SECOND);
    assertEquals(0x35, read(0));
    assertEquals(0x15, read(2));
    assertEquals(0x08, read(4));
  }

  @Test
  void updateInProgressBeforeEachSecond() {
    assertEquals(0x26, read(0x0A));
    clock.advanceTo(SECOND - 1000);
    assertEquals(0xA6, read(0x0A));
    assertEquals(0x80, read(0x0D));
  }

  @Test
  void periodicInterruptsAtTheirRate() {
    write(0x0B, 0x42);
    for (int i = 0; i < 1024; i++) {
      clock.advanceTo(DeviceClock.ticks((i + 1) * 32L, 32_768));
      assertTrue(lines.level[8]);
      assertEquals(0xC0, read(0x0C));
      assertFalse(lines.level[8]);
    }
    assertEquals(1024, lines.rises[8]);
  }

  @Test
  void anUnacknowledgedInterruptStaysOne() {
    write(0x0B, 0x42);
    clock.advanceTo(SECOND);
    assertEquals(1, lines.rises[8]);
  }

  @Test
  void updateEndedAndAlarm() {
    write(1, 0x02);
    write(3, 0xFF);
    write(5, 0xC0);
    write(0x0B, 0x32);
    clock.advanceTo(SECOND);
    assertEquals(0x90, read(0x0C));
    clock.advanceTo(2 * SECOND);
    assertEquals(0xB0, read(0x0C));
    assertEquals(0, read(0x0C));
  }

  @Test
  void silentUntilAsked() {
    clock.advanceTo(10 * SECOND);
    assertEquals(0, clock.scheduled());
    assertEquals(0, lines.rises[8]);
  }

  @Test
  void memorySizesAndCpus() {
    assertEquals(640, read(0x15) | read(0x16) << 8);
    assertEquals(0xFFFF, read(0x17) | read(0x18) << 8);
    assertEquals(496 * 16, read(0x34) | read(0x35) << 8);
    assertEquals(2, read(0x5F));
    Rtc small = rtc(4 * MIB);
    assertEquals(3 * 1024, read(small, 0x30) | read(small, 0x31) << 8);
    assertEquals(0, read(small, 0x34) | read(small, 0x35) << 8);
    Rtc large = rtc(8192 * MIB);
    assertEquals(
        (8192 - 3072) * 16, read(large, 0x5B) | read(large, 0x5C) << 8 | read(large, 0x5D) << 16);
  }

  @Test
  void ramKeepsItsBytes() {
    write(0x0F, 0x0A);
    assertEquals(0x0A, read(0x0F));
    assertEquals(0x0A, read(0x8F), "bit 7 is the NMI mask");
  }
}
