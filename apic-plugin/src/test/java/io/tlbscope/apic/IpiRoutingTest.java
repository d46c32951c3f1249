package io.tlbscope.apic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class IpiRoutingTest {
  private static final int LOGICAL = 1 << 11, ASSERT = 1 << 14, LEVEL = 1 << 15;
  private static final int SELF = 1 << 18, ALL = 2 << 18, OTHERS = 3 << 18;

  /** How a destination is written, in a machine of 20 CPUs whose CPU 1 sends. */
  private enum Way {
    PHYSICAL,
    PHYSICAL_ALL,
    FLAT,
    CLUSTER,
    CLUSTER_ALL,
    SELF,
    ALL,
    OTHERS,
    X2_PHYSICAL,
    X2_ALL,
    X2_CLUSTER,
    X2_SELF,
    X2_OTHERS;

    BitSet expected() {
      return switch (this) {
        case PHYSICAL, X2_PHYSICAL -> Rig.bits(17);
        case FLAT -> Rig.bits(2, 5);
        case CLUSTER -> Rig.bits(5, 6);
        case X2_CLUSTER -> Rig.bits(16, 19);
        case CLUSTER_ALL -> Rig.bits(0, 4, 8, 12, 16);
        case SELF, X2_SELF -> Rig.bits(1);
        case PHYSICAL_ALL, ALL, X2_ALL -> all();
        case OTHERS, X2_OTHERS -> {
          BitSet set = all();
          set.clear(1);
          yield set;
        }
      };
    }

    private static BitSet all() {
      BitSet set = new BitSet();
      set.set(0, 20);
      return set;
    }

    Rig rig() {
      Rig rig = name().startsWith("X2") ? Rig.x2(20) : Rig.enabled(20);
      for (int i = 0; i < 20 && !name().startsWith("X2"); i++) {
        boolean cluster = this == CLUSTER || this == CLUSTER_ALL;
        rig.apic(i).writePage(Rig.DFR, cluster ? 0 : -1);
        int flat = i < 8 ? 1 << i : 0;
        rig.apic(i).writePage(Rig.LDR, (cluster ? i / 4 << 4 | 1 << i % 4 : flat) << 24);
      }
      return rig;
    }

    void send(Rig rig, int command) {
      switch (this) {
        case PHYSICAL -> rig.icr(1, 17, command);
        case PHYSICAL_ALL -> rig.icr(1, 0xFF, command);
        case FLAT -> rig.icr(1, 1 << 2 | 1 << 5, command | LOGICAL);
        case CLUSTER -> rig.icr(1, 1 << 4 | 6, command | LOGICAL);
        case CLUSTER_ALL -> rig.icr(1, 0xF1, command | LOGICAL);
        case SELF -> rig.icr(1, 9, command | IpiRoutingTest.SELF);
        case ALL -> rig.icr(1, 9, command | IpiRoutingTest.ALL);
        case OTHERS -> rig.icr(1, 9, command | IpiRoutingTest.OTHERS);
        case X2_PHYSICAL -> x2(rig, 17, command);
        case X2_ALL -> x2(rig, 0xFFFF_FFFFL, command);
        case X2_CLUSTER -> x2(rig, 1 << 16 | 0b1001, command | LOGICAL);
        case X2_SELF -> x2(rig, 9, command | IpiRoutingTest.SELF);
        case X2_OTHERS -> x2(rig, 9, command | IpiRoutingTest.OTHERS);
      }
    }

    private static void x2(Rig rig, long destination, int command) {
      assertTrue(rig.apic(1).writeMsr(0x30, destination << 32 | command));
    }
  }

  private static Stream<Arguments> everyModeAndWay() {
    return Stream.of(
            DeliveryMode.FIXED,
            DeliveryMode.LOWEST_PRIORITY,
            DeliveryMode.NMI,
            DeliveryMode.INIT,
            DeliveryMode.STARTUP)
        .flatMap(mode -> Stream.of(Way.values()).map(way -> Arguments.of(mode, way)));
  }

  @ParameterizedTest
  @MethodSource("everyModeAndWay")
  void eachDeliveryModeReachesEachDestination(DeliveryMode mode, Way way) {
    Rig rig = way.rig();
    rig.logs.forEach(List::clear);
    way.send(rig, ASSERT | mode.ordinal() << 8 | 0x41);
    BitSet reached = new BitSet();
    String told =
        switch (mode) {
          case NMI -> "nmi";
          case INIT -> "init";
          case STARTUP -> "startup 65";
          default -> "accepted 65 from 1";
        };
    for (int i = 0; i < 20; i++) {
      reached.set(i, rig.count(i, told) == 1);
    }
    BitSet expected = way.expected();
    boolean selfToo = way == Way.SELF || way == Way.X2_SELF || way == Way.ALL;
    if (selfToo && (mode == DeliveryMode.INIT || mode == DeliveryMode.STARTUP)) {
      expected = new BitSet();
      assertEquals(1, rig.count(1, "ignored icr-reserved-combination"));
    } else if (mode == DeliveryMode.LOWEST_PRIORITY) {
      expected = Rig.bits(expected.nextSetBit(0));
    }
    assertEquals(expected, reached);
    if (!expected.isEmpty()) {
      assertEquals(List.of(mode + " " + expected), rig.sent, "observers see the targets");
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void vectoredIpisSignalTheirTargets(Way way) {
    Rig rig = way.rig();
    rig.logs.forEach(List::clear);
    way.send(rig, ASSERT | 0x41);
    assertEquals(way.expected(), rig.requested(0x41));
    way.expected().stream().forEach(i -> assertEquals(1, rig.count(i, "signal")));
  }

  @Test
  void lowestPriorityGoesToTheIdlestThenTheFirst() {
    Rig rig = Rig.enabled(4);
    rig.apic(0).writePage(Rig.TPR, 0x80);
    rig.apic(1).writePage(Rig.TPR, 0x30);
    rig.apic(3).writePage(Rig.TPR, 0x30);
    rig.apic(2).writePage(Rig.SVR, 0xFF);
    rig.icr(0, 0xFF, ASSERT | 0x100 | 0x90);
    assertEquals(Rig.bits(1), rig.requested(0x90), "CPU 2 is idle but disabled");
  }

  @Test
  void initDeassertAndReservedModesDoNothing() {
    Rig rig = Rig.enabled(2);
    rig.icr(0, 0, ALL | LEVEL | 0x500);
    rig.icr(0, 1, ASSERT | 0x300 | 0x41);
    rig.icr(0, 1, ASSERT | 0x700 | 0x41);
    assertTrue(rig.sent.isEmpty());
    assertTrue(rig.logs.get(1).isEmpty());
    assertEquals(2, rig.count(0, "ignored icr-reserved-combination"));
  }

  @Test
  void initAssertedByLevelIsAnInit() {
    Rig rig = Rig.enabled(2);
    rig.icr(0, 1, ASSERT | LEVEL | 0x500);
    assertEquals(1, rig.count(1, "init"));
  }

  @Test
  void smiIsCountedAndHasNoEffect() {
    Rig rig = Rig.enabled(2);
    rig.icr(0, 1, ASSERT | 0x200);
    assertEquals(List.of("ignored smi"), rig.logs.get(1));
  }

  @Test
  void triggerModeOfAnIpiIsIgnored() {
    Rig rig = Rig.enabled(2);
    rig.icr(0, 1, ASSERT | LEVEL | 0x41);
    rig.apic(1).acknowledge();
    rig.apic(1).endOfInterrupt();
    assertTrue(rig.ended.isEmpty());
  }

  @Test
  void nobodyThereIsNoError() {
    Rig rig = Rig.enabled(2);
    rig.icr(0, 77, ASSERT | 0x41);
    assertEquals(List.of("FIXED {}"), rig.sent);
  }

  @Test
  void aGloballyDisabledApicGetsNothing() {
    Rig rig = Rig.enabled(2);
    rig.apic(1).base(0xFEE0_0000L);
    rig.logs.get(1).clear();
    rig.icr(0, 0, OTHERS | ASSERT | 0x400);
    rig.icr(0, 1, ASSERT | 0x500);
    assertTrue(rig.logs.get(1).isEmpty());
  }

  @Test
  void softwareDisabledOnesTakeNmiInitAndStartup() {
    Rig rig = new Rig(2);
    rig.icr(0, 1, ASSERT | 0x400);
    rig.icr(0, 1, ASSERT | 0x500);
    rig.icr(0, 1, ASSERT | 0x608);
    rig.icr(0, 1, ASSERT | 0x41);
    assertEquals(List.of("nmi", "init", "startup 8"), rig.logs.get(1));
  }

  @Test
  void startupVectorZeroIsLegal() {
    Rig rig = Rig.enabled(2);
    rig.icr(0, 1, ASSERT | 0x600);
    assertEquals(List.of("startup 0"), rig.logs.get(1));
  }

  @Test
  void selfIpiRegisterSendsToItself() {
    Rig rig = Rig.x2(3);
    assertTrue(rig.apic(2).writeMsr(0x3F, 0x55));
    assertEquals(Rig.bits(2), rig.requested(0x55));
    assertEquals(List.of("FIXED {2}"), rig.sent);
  }

  @Test
  void all255AreReached() {
    Rig rig = Rig.x2(255);
    assertTrue(rig.apic(254).writeMsr(0x30, OTHERS | ASSERT | 0x41));
    assertEquals(254, rig.requested(0x41).cardinality());
    assertTrue(rig.apic(0).writeMsr(0x30, 254L << 32 | ASSERT | 0x42));
    assertEquals(Rig.bits(254), rig.requested(0x42));
  }

  /** LDR, DFR, destination: xAPIC logical matches beyond the common ones. */
  @ParameterizedTest
  @CsvSource({
    "01, F, 01, true",
    "01, F, 02, false",
    "00, F, FF, true",
    "80, F, F0, true",
    "12, 0, 12, true",
    "12, 0, 22, false",
    "12, 0, 1D, false",
    "12, 0, F2, true",
    "12, 0, F1, false",
    "12, 7, 12, false"
  })
  void logicalDestinations(String ldr, String dfr, String destination, boolean match) {
    LocalApic apic = Rig.enabled(1).apic(0);
    apic.writePage(Rig.LDR, Integer.parseInt(ldr, 16) << 24);
    apic.writePage(Rig.DFR, Integer.parseInt(dfr, 16) << 28);
    assertEquals(match, Destination.names(apic, Integer.parseInt(destination, 16), true, false));
  }
}
