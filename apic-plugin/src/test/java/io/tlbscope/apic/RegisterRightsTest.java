package io.tlbscope.apic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegisterRightsTest {
  /** SDM vol. 3A, table 11-6: offset, x2APIC read, x2APIC write of 0, xAPIC register exists. */
  @ParameterizedTest
  @CsvSource({
    "020, r, -, x", "030, r, -, x", "080, r, w, x", "090, -, -, x", "0A0, r, -, x", "0B0, -, w, x",
        "0C0, -, -, x",
    "0D0, r, -, x", "0E0, -, -, x", "0F0, r, w, x", "100, r, -, x", "170, r, -, x", "180, r, -, x",
        "1F0, r, -, x",
    "200, r, -, x", "270, r, -, x", "280, r, w, x", "290, -, -, -", "2F0, -, -, -", "300, r, w, x",
        "310, -, -, x",
    "320, r, w, x", "330, r, w, x", "340, r, w, x", "350, r, w, x", "360, r, w, x", "370, r, w, x",
        "380, r, w, x",
    "390, r, -, x", "3A0, -, -, -", "3E0, r, w, x", "3F0, -, w, -", "000, -, -, -", "040, -, -, -"
  })
  void rightsFollowTheManualsTable(String offset, String read, String write, String xapic) {
    int slot = Integer.parseInt(offset, 16) >> 4;
    Rig rig = Rig.x2(1);
    assertEquals(read.equals("r"), rig.apic(0).readMsr(slot, new long[1]), "RDMSR");
    // ICR 0 and SELF_IPI 0 are legal writes with an illegal vector.
    assertEquals(write.equals("w"), rig.apic(0).writeMsr(slot, 0), "WRMSR");

    Rig page = Rig.enabled(1);
    page.apic(0).readPage(slot << 4);
    page.apic(0).writePage(Rig.ESR, 0);
    assertEquals(
        xapic.equals("x") ? 0 : ErrorStatus.ILLEGAL_REGISTER,
        page.apic(0).readPage(Rig.ESR),
        "ESR after a load");
  }

  /** Offset and the lowest bit whose setting is reserved there. */
  @ParameterizedTest
  @CsvSource({
    "080, 8", "0B0, 0", "0F0, 9", "280, 0", "300, 13", "300, 16", "300, 17", "300, 20", "300, 31",
        "320, 8", "320, 13",
    "320, 19", "330, 11", "330, 13", "330, 17", "340, 11", "350, 11", "350, 17", "360, 31",
        "370, 8", "370, 10", "370, 17",
    "380, 32", "3E0, 2", "3E0, 4", "3F0, 8", "080, 63"
  })
  void wrmsrOfAReservedBitIsRefused(String offset, int bit) {
    Rig rig = Rig.x2(1);
    int slot = Integer.parseInt(offset, 16) >> 4;
    assertFalse(rig.apic(0).writeMsr(slot, 1L << bit));
    assertTrue(rig.apic(0).writeMsr(slot, 0));
  }

  @Test
  void wrmsrMayRepeatReadOnlyStatusBits() {
    Rig rig = Rig.x2(1);
    assertTrue(rig.apic(0).writeMsr(0x32, 1 << 12 | Lvt.MASKED));
    assertEquals(Lvt.MASKED, rig.value(0, Rig.LVT_TIMER));
    assertTrue(rig.apic(0).writeMsr(0x35, 1 << 14 | Lvt.MASKED));
  }

  @Test
  void msrsAreRefusedOutsideX2apicMode() {
    Rig rig = Rig.enabled(1);
    assertFalse(rig.apic(0).readMsr(0x02, new long[1]));
    assertFalse(rig.apic(0).writeMsr(0x08, 0));
  }

  @Test
  void resetValuesAreTheManuals() {
    Rig rig = new Rig(3);
    assertEquals(0x0200_0000, rig.apic(2).readPage(0x20));
    assertEquals(0x0105_0014, rig.apic(2).readPage(0x30));
    assertEquals(0xFF, rig.apic(2).readPage(Rig.SVR));
    assertEquals(-1, rig.apic(2).readPage(Rig.DFR));
    assertEquals(0, rig.apic(2).readPage(Rig.LDR));
    for (int offset = 0x320; offset <= 0x370; offset += 16) {
      assertEquals(Lvt.MASKED, rig.apic(2).readPage(offset));
    }
  }

  @Test
  void onlyWritableBitsOfAPageRegisterChange() {
    Rig rig = Rig.enabled(1);
    rig.apic(0).writePage(Rig.TPR, 0xFFFF_FF35);
    assertEquals(0x35, rig.apic(0).readPage(Rig.TPR));
    rig.apic(0).writePage(Rig.LDR, 0x12345678);
    assertEquals(0x1200_0000, rig.apic(0).readPage(Rig.LDR));
    rig.apic(0).writePage(Rig.DFR, 0);
    assertEquals(0x0FFF_FFFF, rig.apic(0).readPage(Rig.DFR));
    rig.apic(0).writePage(0x20, 0x0700_0000);
    assertEquals(0, rig.apic(0).readPage(0x20));
    rig.apic(0).writePage(Rig.LVT_LINT1, -1);
    assertEquals(0x1_A7FF, rig.apic(0).readPage(Rig.LVT_LINT1));
  }

  @Test
  void deliveryStatusOfTheIcrReadsIdle() {
    Rig rig = Rig.enabled(2);
    rig.icr(0, 1, 0x5041);
    assertEquals(0x4041, rig.apic(0).readPage(Rig.ICR));
    assertEquals(0x0100_0000, rig.apic(0).readPage(Rig.ICR_HIGH));
  }

  @Test
  void x2apicIdIs32BitsAndLdrIsDerived() {
    Rig rig = Rig.x2(40);
    assertEquals(37, rig.value(37, 0x20));
    assertEquals(2L << 16 | 1 << 5, rig.value(37, Rig.LDR));
  }
}
