package io.tlbscope.apic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorityTest {
  private final Rig rig = Rig.enabled(1);
  private final LocalApic apic = rig.apic(0);

  /** SDM vol. 3A, 11.8.3.1: TPR, vector in service (0 for none), PPR. */
  @ParameterizedTest
  @CsvSource({
    "0x00, 0x00, 0x00",
    "0x35, 0x00, 0x35",
    "0x35, 0x41, 0x40",
    "0x45, 0x41, 0x45",
    "0x4F, 0x51, 0x50",
    "0xFF, 0xEE, 0xFF"
  })
  void processorPriority(String tpr, String inService, String ppr) {
    int vector = Integer.decode(inService);
    if (vector != 0) {
      apic.accept(vector, false, null);
      assertEquals(vector, apic.acknowledge());
    }
    apic.writePage(Rig.TPR, Integer.decode(tpr));
    assertEquals(Integer.decode(ppr), apic.readPage(0xA0));
  }

  @Test
  void onlyAHigherClassInterruptsAHandler() {
    apic.accept(0x52, false, null);
    assertEquals(0x52, apic.acknowledge());
    apic.accept(0x5F, false, null);
    assertEquals(-1, apic.deliverable(), "same class");
    apic.accept(0x61, false, null);
    assertEquals(0x61, apic.acknowledge());
    apic.endOfInterrupt();
    assertEquals(-1, apic.deliverable());
    apic.endOfInterrupt();
    assertEquals(0x5F, apic.acknowledge());
  }

  @Test
  void theHighestVectorGoesFirst() {
    for (int vector : new int[] {0x31, 0xFE, 0x80, 0x7F}) {
      apic.accept(vector, false, null);
    }
    int[] order = {0xFE, 0x80, 0x7F, 0x31};
    for (int vector : order) {
      assertEquals(vector, apic.acknowledge());
      apic.endOfInterrupt();
    }
  }

  @Test
  void taskPriorityHoldsBackItsClassAndBelow() {
    apic.writePage(Rig.TPR, 0x40);
    apic.accept(0x4F, false, null);
    assertEquals(-1, apic.deliverable());
    assertEquals(0, rig.count(0, "signal"));
    apic.writePage(Rig.TPR, 0x3F);
    assertEquals(0x4F, apic.deliverable());
    assertEquals(1, rig.count(0, "signal"));
  }

  @Test
  void cr8IsTheUpperHalfOfTheTpr() {
    apic.taskPriority(0x9 << 4);
    assertEquals(0x90, apic.readPage(Rig.TPR));
    apic.writePage(Rig.TPR, 0x57);
    assertEquals(5, apic.taskPriority() >> 4);
  }

  @Test
  void aSecondRequestMergesAndOneWaitsWhileInService() {
    apic.accept(0x41, false, null);
    apic.accept(0x41, false, null);
    assertEquals(1, rig.count(0, "accepted 65 from device"));
    assertEquals(1, rig.count(0, "merged 65 from device"));
    apic.acknowledge();
    apic.accept(0x41, false, null);
    assertEquals(2, rig.count(0, "accepted 65 from device"), "IRR and ISR hold one each");
    apic.endOfInterrupt();
    assertEquals(0x41, apic.acknowledge());
  }

  @Test
  void endOfInterruptSignalsWhatWaited() {
    apic.accept(0x41, false, null);
    apic.acknowledge();
    apic.accept(0x42, false, null);
    rig.logs.get(0).clear();
    apic.writePage(Rig.EOI, 0);
    assertEquals(List.of("signal"), rig.logs.get(0));
  }

  @Test
  void onlyLevelInterruptsBroadcastTheirEnd() {
    apic.accept(0x41, true, null);
    apic.acknowledge();
    apic.endOfInterrupt();
    apic.accept(0x42, false, null);
    apic.acknowledge();
    apic.endOfInterrupt();
    assertEquals(List.of(0x41), rig.ended);
  }

  @Test
  void theBroadcastCanBeSuppressed() {
    apic.writePage(Rig.SVR, 0x11FF);
    apic.accept(0x41, true, null);
    apic.acknowledge();
    apic.endOfInterrupt();
    assertTrue(rig.ended.isEmpty());
  }

  @Test
  void anEndWithNothingInServiceDoesNothing() {
    apic.endOfInterrupt();
    assertTrue(rig.logs.get(0).isEmpty());
  }

  @Test
  void aVanishedRequestGivesTheSpuriousVector() {
    apic.writePage(Rig.SVR, 0x1EF);
    assertEquals(0xEF, apic.acknowledge());
    assertEquals(0, apic.readPage(0x170), "no ISR bit");
  }

  @Test
  void softwareDisableMasksTheTableAndRefusesInterrupts() {
    apic.writePage(Rig.LVT_LINT1, 0x400);
    apic.writePage(Rig.SVR, 0xFF);
    assertEquals(0x1_0400, apic.readPage(Rig.LVT_LINT1));
    apic.writePage(Rig.LVT_LINT1, 0x400);
    assertEquals(0x1_0400, apic.readPage(Rig.LVT_LINT1), "cannot be unmasked");
    assertFalse(apic.accept(0x41, false, null));
  }

  @Test
  void arbitrationPriorityIsTheHighestOfTheThree() {
    apic.writePage(Rig.TPR, 0x35);
    assertEquals(0x35, apic.readPage(0x90));
    apic.accept(0x61, false, null);
    assertEquals(0x60, apic.readPage(0x90));
  }
}
