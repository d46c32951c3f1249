package io.tlbscope.apic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModeTransitionTest {
  private static final long PA = 0xFEE0_0000L;

  private static LocalApic in(String mode) {
    LocalApic apic = Rig.enabled(1).apic(0);
    switch (mode) {
      case "disabled" -> assertTrue(apic.base(PA));
      case "x2apic" -> assertTrue(apic.base(PA | 0xC00));
      default -> {}
    }
    return apic;
  }

  /** SDM vol. 3A, figure 11-27: every mode to every combination of EN and EXTD. */
  @ParameterizedTest
  @CsvSource({
    "disabled, 000, DISABLED", "disabled, 400, GP", "disabled, 800, XAPIC", "disabled, C00, GP",
    "xapic, 000, DISABLED", "xapic, 400, GP", "xapic, 800, XAPIC", "xapic, C00, X2APIC",
    "x2apic, 000, DISABLED", "x2apic, 400, GP", "x2apic, 800, GP", "x2apic, C00, X2APIC"
  })
  void transitions(String from, String bits, String result) {
    LocalApic apic = in(from);
    ApicMode before = apic.mode();
    boolean accepted = apic.base(PA | Long.parseLong(bits, 16));
    assertEquals(!result.equals("GP"), accepted);
    assertEquals(accepted ? ApicMode.valueOf(result) : before, apic.mode());
  }

  @ParameterizedTest
  @CsvSource({"0", "7", "9", "46", "63"})
  void reservedBitsOfTheBaseAreRefused(int bit) {
    LocalApic apic = in("xapic");
    assertFalse(apic.base(apic.base() | 1L << bit));
    assertEquals(PA | 0x900, apic.base());
  }

  @Test
  void x2apicIsRefusedWhereItIsNotOffered() {
    LocalApic apic = new Rig(1, new ApicModel(false, true, 46)).apic(0);
    assertFalse(apic.base(PA | 0xC00));
  }

  @Test
  void thePageMovesAndVanishes() {
    Rig rig = Rig.enabled(2);
    LocalApic apic = rig.apic(1);
    assertTrue(apic.claims(PA));
    assertTrue(apic.base(0xC000_0000L | 0x800));
    assertFalse(apic.claims(PA));
    assertTrue(apic.claims(0xC000_0000L));
    assertTrue(rig.apic(0).claims(PA), "the other CPU's page stays");
    assertTrue(apic.base(0xC000_0000L));
    assertFalse(apic.claims(0xC000_0000L));
    assertEquals(2, rig.count(1, "page"));
  }

  @Test
  void x2apicModeHasNoPage() {
    assertFalse(in("x2apic").claims(PA));
  }

  @Test
  void disablingLosesTheState() {
    Rig rig = Rig.enabled(1);
    rig.apic(0).writePage(Rig.TPR, 0x20);
    rig.apic(0).accept(0x41, false, null);
    rig.apic(0).base(PA);
    assertEquals(-1, rig.apic(0).deliverable());
    rig.apic(0).base(PA | 0x800);
    assertEquals(0, rig.apic(0).readPage(Rig.TPR));
    assertEquals(0xFF, rig.apic(0).readPage(Rig.SVR));
    assertTrue(rig.requested(0x41).isEmpty());
  }

  @Test
  void pendingInterruptsSurviveTheStepToX2apic() {
    Rig rig = Rig.enabled(1);
    rig.apic(0).accept(0x41, false, null);
    rig.apic(0).base(PA | 0xC00);
    assertEquals(0x41, rig.apic(0).deliverable());
  }

  @Test
  void initKeepsModeBaseAndId() {
    Rig rig = Rig.x2(4);
    rig.apic(3).accept(0x41, false, null);
    rig.apic(3).init();
    assertEquals(ApicMode.X2APIC, rig.apic(3).mode());
    assertEquals(3, rig.value(3, 0x20));
    assertEquals(1 << 3, rig.value(3, Rig.LDR));
    assertEquals(0xFF, rig.value(3, Rig.SVR));
    assertTrue(rig.requested(0x41).isEmpty());
  }

  @Test
  void powerOnResetGoesBackToTheDefaultPage() {
    Rig rig = Rig.x2(1);
    rig.apic(0).reset();
    assertEquals(ApicMode.XAPIC, rig.apic(0).mode());
    assertEquals(PA | 0x900, rig.apic(0).base());
    assertTrue(rig.apic(0).passesExtInt(), "the virtual wire");
  }

  @Test
  void theBspFlagCannotBeMoved() {
    Rig rig = Rig.enabled(2);
    assertTrue(rig.apic(1).base(PA | 0x900));
    assertEquals(PA | 0x800, rig.apic(1).base());
  }
}
