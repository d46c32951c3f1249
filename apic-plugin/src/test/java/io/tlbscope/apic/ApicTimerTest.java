package io.tlbscope.apic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApicTimerTest {
  private static final int INITIAL = 0x380, CURRENT = 0x390, DIVIDE = 0x3E0, VECTOR = 0x50;
  private static final int PERIODIC = 1 << 17, DEADLINE = 2 << 17;
  private static final String FIRED = "accepted 80 from device";

  private final Rig rig = Rig.enabled(1);
  private final LocalApic apic = rig.apic(0);

  private void arm(int lvt, int divide, int count) {
    apic.writePage(Rig.LVT_TIMER, lvt);
    apic.writePage(DIVIDE, divide);
    apic.writePage(INITIAL, count);
  }

  private void serve() {
    assertEquals(VECTOR, apic.acknowledge());
    apic.endOfInterrupt();
  }

  @ParameterizedTest
  @CsvSource({"0, 2", "1, 4", "2, 8", "3, 16", "8, 32", "9, 64", "0xA, 128", "0xB, 1"})
  void divideConfiguration(String bits, int divisor) {
    assertEquals(divisor, ApicTimer.divisor(Integer.decode(bits)));
    arm(VECTOR, Integer.decode(bits), 10);
    rig.clock.advanceTo(10L * divisor - 1);
    assertEquals(0, rig.count(0, FIRED));
    rig.clock.advanceTo(10L * divisor);
    assertEquals(1, rig.count(0, FIRED));
  }

  @Test
  void oneShotCountsDownAndStops() {
    arm(VECTOR, 0xB, 100);
    assertEquals(100, apic.readPage(CURRENT));
    rig.clock.advanceTo(40);
    assertEquals(60, apic.readPage(CURRENT));
    rig.clock.advanceTo(1000);
    assertEquals(0, apic.readPage(CURRENT));
    assertEquals(100, apic.readPage(INITIAL));
    assertEquals(1, rig.count(0, FIRED));
    assertEquals(0, rig.clock.scheduled());
  }

  @Test
  void periodicReloads() {
    arm(VECTOR | PERIODIC, 0xB, 100);
    for (int i = 1; i <= 5; i++) {
      rig.clock.advanceTo(i * 100L);
      assertEquals(i, rig.count(0, FIRED));
      serve();
    }
    rig.clock.advanceTo(530);
    assertEquals(70, apic.readPage(CURRENT));
  }

  @Test
  void countZeroStops() {
    arm(VECTOR | PERIODIC, 0xB, 100);
    apic.writePage(INITIAL, 0);
    rig.clock.advanceTo(1000);
    assertEquals(0, rig.count(0, FIRED));
    assertEquals(0, apic.readPage(CURRENT));
  }

  @Test
  void aNewCountStartsAgain() {
    arm(VECTOR, 0xB, 100);
    rig.clock.advanceTo(90);
    apic.writePage(INITIAL, 100);
    rig.clock.advanceTo(189);
    assertEquals(0, rig.count(0, FIRED));
    rig.clock.advanceTo(190);
    assertEquals(1, rig.count(0, FIRED));
  }

  @Test
  void maskedTimersCountWithoutEvents() {
    arm(VECTOR | PERIODIC | Lvt.MASKED, 0xB, 100);
    assertEquals(0, rig.clock.scheduled());
    rig.clock.advanceTo(250);
    assertEquals(50, apic.readPage(CURRENT));
    apic.writePage(Rig.LVT_TIMER, VECTOR | PERIODIC);
    rig.clock.advanceTo(300);
    assertEquals(1, rig.count(0, FIRED));
  }

  @Test
  void aOneShotThatEndedUnderTheMaskIsGone() {
    arm(VECTOR | Lvt.MASKED, 0xB, 100);
    rig.clock.advanceTo(150);
    apic.writePage(Rig.LVT_TIMER, VECTOR);
    rig.clock.advanceTo(1000);
    assertEquals(0, rig.count(0, FIRED));
  }

  @Test
  void changingTheDivisorKeepsTheCount() {
    arm(VECTOR, 0xB, 100);
    rig.clock.advanceTo(50);
    apic.writePage(DIVIDE, 0x1);
    assertEquals(50, apic.readPage(CURRENT));
    rig.clock.advanceTo(250);
    assertEquals(1, rig.count(0, FIRED));
  }

  @Test
  void unsignedCounts() {
    arm(VECTOR, 0xB, -1);
    assertEquals(0xFFFF_FFFFL, apic.readPage(CURRENT) & 0xFFFF_FFFFL);
    rig.clock.advanceTo(0xFFFF_FFFEL);
    assertEquals(0, rig.count(0, FIRED));
    rig.clock.advanceTo(0xFFFF_FFFFL);
    assertEquals(1, rig.count(0, FIRED));
  }

  @Test
  void tscDeadlineFiresAndDisarms() {
    rig.clock.advanceTo(1000);
    rig.tscOffset = -300;
    apic.writePage(Rig.LVT_TIMER, VECTOR | DEADLINE);
    apic.deadline(900);
    assertEquals(900, apic.deadline());
    rig.clock.advanceTo(1199);
    assertEquals(0, rig.count(0, FIRED));
    rig.clock.advanceTo(1200);
    assertEquals(1, rig.count(0, FIRED));
    assertEquals(0, apic.deadline());
  }

  @Test
  void aDeadlineInThePastFiresAtOnce() {
    rig.clock.advanceTo(1000);
    apic.writePage(Rig.LVT_TIMER, VECTOR | DEADLINE);
    apic.deadline(5);
    rig.clock.advanceTo(1000);
    assertEquals(1, rig.count(0, FIRED));
  }

  @Test
  void deadlineZeroDisarms() {
    apic.writePage(Rig.LVT_TIMER, VECTOR | DEADLINE);
    apic.deadline(100);
    apic.deadline(0);
    rig.clock.advanceTo(1000);
    assertEquals(0, rig.count(0, FIRED));
  }

  @Test
  void anUnreachableDeadlineCostsNothing() {
    apic.writePage(Rig.LVT_TIMER, VECTOR | DEADLINE);
    apic.deadline(-1);
    assertEquals(0, rig.clock.scheduled());
    assertEquals(-1, apic.deadline());
  }

  @Test
  void eachModeIgnoresTheOthersRegister() {
    apic.deadline(100);
    assertEquals(0, apic.deadline());
    apic.writePage(Rig.LVT_TIMER, VECTOR | DEADLINE);
    apic.writePage(INITIAL, 100);
    assertEquals(0, apic.readPage(CURRENT));
    rig.clock.advanceTo(1000);
    assertEquals(0, rig.count(0, FIRED));
  }

  @Test
  void leavingDeadlineModeDisarms() {
    apic.writePage(Rig.LVT_TIMER, VECTOR | DEADLINE);
    apic.deadline(100);
    apic.writePage(Rig.LVT_TIMER, VECTOR);
    rig.clock.advanceTo(1000);
    assertEquals(0, rig.count(0, FIRED));
  }

  @Test
  void unservedExpiriesMerge() {
    arm(VECTOR | PERIODIC, 0xB, 10);
    rig.clock.advanceTo(30);
    assertEquals(1, rig.count(0, FIRED));
    assertEquals(2, rig.count(0, "merged 80 from device"));
  }

  @Test
  void initStopsTheTimer() {
    arm(VECTOR | PERIODIC, 0xB, 10);
    apic.init();
    assertEquals(0, rig.clock.scheduled());
    assertTrue(rig.requested(VECTOR).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0x20000, 3"})
  void aTimerGoesOnWhereItsStateMoves(String mode, int times) {
    arm(VECTOR | Integer.decode(mode), 0xB, 100);
    rig.clock.advanceTo(40);
    Rig other = rig.moved();
    assertEquals(60, other.apic(0).readPage(CURRENT));
    for (int i = 1; i <= 3; i++) {
      other.clock.advanceTo(i * 100L - 1);
      assertEquals(Math.min(i - 1, times), other.count(0, FIRED));
      other.clock.advanceTo(i * 100L);
      assertEquals(Math.min(i, times), other.count(0, FIRED));
      if (other.apic(0).deliverable() >= 0) {
        other.apic(0).acknowledge();
        other.apic(0).endOfInterrupt();
      }
    }
  }

  @Test
  void aDeadlineGoesOnWhereItsStateMoves() {
    apic.writePage(Rig.LVT_TIMER, VECTOR | DEADLINE);
    apic.deadline(500);
    rig.clock.advanceTo(100);
    Rig other = rig.moved();
    assertEquals(500, other.apic(0).deadline());
    other.clock.advanceTo(499);
    assertEquals(0, other.count(0, FIRED));
    other.clock.advanceTo(500);
    assertEquals(1, other.count(0, FIRED));
    assertEquals(0, other.apic(0).deadline());
  }
}
