package io.tlbscope.apic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IoApicTest {
  private static final int LEVEL = 1 << 15, LOW = 1 << 13, MASKED = 1 << 16, REMOTE_IRR = 1 << 14;

  private final List<String> sent = new ArrayList<>();
  private boolean taken = true;
  private final IoApic ioApic =
      new IoApic(
          4,
          (vector, mode, destination, logical, level) -> {
            sent.add(
                vector
                    + " "
                    + mode
                    + " to "
                    + destination
                    + (logical ? " logical" : "")
                    + (level ? " level" : ""));
            return taken;
          });

  private void entry(int pin, int low, int high) {
    write(0x11 + 2 * pin, high);
    write(0x10 + 2 * pin, low);
  }

  private void write(int register, int value) {
    ioApic.write(0x00, register);
    ioApic.write(0x10, value);
  }

  private int read(int register) {
    ioApic.write(0x00, register);
    return ioApic.read(0x10);
  }

  @Test
  void identifiesItself() {
    assertEquals(4 << 24, read(0));
    assertEquals(0x0017_0020, read(1));
    write(0, 0x0900_0000);
    assertEquals(0x0900_0000, read(0));
    assertEquals(0x0900_0000, read(2));
  }

  @Test
  void everyPinIsMaskedAfterReset() {
    for (int pin = 0; pin < IoApic.PINS; pin++) {
      assertEquals(MASKED, read(0x10 + 2 * pin));
    }
    assertEquals(0, read(0x40), "no pin 24");
  }

  @Test
  void anEdgeSendsOnce() {
    entry(4, 0x41, 0x0200_0000);
    ioApic.line(4, true);
    ioApic.line(4, true);
    ioApic.line(4, false);
    ioApic.line(4, true);
    assertEquals(List.of("65 FIXED to 2", "65 FIXED to 2"), sent);
  }

  @Test
  void anEdgeUnderTheMaskIsLost() {
    entry(4, 0x41 | MASKED, 0);
    ioApic.line(4, true);
    entry(4, 0x41, 0);
    assertTrue(sent.isEmpty());
  }

  @Test
  void aLevelWaitsForItsEnd() {
    entry(9, 0x61 | LEVEL, 0);
    ioApic.line(9, true);
    ioApic.line(9, false);
    ioApic.line(9, true);
    assertEquals(1, sent.size());
    assertEquals(0x61 | LEVEL | REMOTE_IRR, read(0x10 + 18));
    ioApic.endOfInterrupt(0x61);
    assertEquals(2, sent.size(), "still asserted");
    ioApic.line(9, false);
    ioApic.endOfInterrupt(0x61);
    assertEquals(2, sent.size());
    assertEquals(0x61 | LEVEL, read(0x10 + 18));
  }

  @Test
  void anEndOfAnotherVectorIsNotItsEnd() {
    entry(9, 0x61 | LEVEL, 0);
    ioApic.line(9, true);
    ioApic.endOfInterrupt(0x62);
    assertEquals(1, sent.size());
  }

  @Test
  void theEoiRegisterEndsToo() {
    entry(9, 0x61 | LEVEL, 0);
    ioApic.line(9, true);
    ioApic.write(0x40, 0x61);
    assertEquals(2, sent.size());
  }

  @Test
  void aLevelUnderTheMaskComesWhenUnmasked() {
    entry(9, 0x61 | LEVEL | MASKED, 0);
    ioApic.line(9, true);
    assertTrue(sent.isEmpty());
    entry(9, 0x61 | LEVEL, 0);
    assertEquals(List.of("97 FIXED to 0 level"), sent);
  }

  @Test
  void changingToEdgeClearsRemoteIrr() {
    entry(9, 0x61 | LEVEL, 0);
    ioApic.line(9, true);
    entry(9, 0x61, 0);
    entry(9, 0x61 | LEVEL | MASKED, 0);
    assertEquals(0x61 | LEVEL | MASKED, read(0x10 + 18));
  }

  @Test
  void aLevelNobodyTookIsNotInService() {
    taken = false;
    entry(9, 0x61 | LEVEL, 0);
    ioApic.line(9, true);
    assertEquals(0x61 | LEVEL, read(0x10 + 18));
  }

  @Test
  void activeLowInverts() {
    ioApic.line(9, true);
    entry(9, 0x61 | LEVEL | LOW, 0);
    assertTrue(sent.isEmpty());
    ioApic.line(9, false);
    assertEquals(1, sent.size());
  }

  @Test
  void carriesModeAndLogicalDestination() {
    entry(1, 0x71 | 1 << 8 | 1 << 11, 0x0F00_0000);
    ioApic.line(1, true);
    entry(3, 4 << 8, 0x0100_0000);
    ioApic.line(3, true);
    assertEquals(List.of("113 LOWEST_PRIORITY to 15 logical", "0 NMI to 1"), sent);
  }

  @Test
  void reservedAndReadOnlyBitsStayZero() {
    entry(2, -1, -1);
    assertEquals(0x1_AFFF, read(0x14));
    assertEquals(0xFF00_0000, read(0x15));
  }

  @Test
  void aLevelGoesThroughALocalApicAndBack() {
    Rig rig = Rig.enabled(2);
    IoApic wired = new IoApic(2, rig.bus::interrupt);
    wired.write(0, 0x10 + 18 + 1);
    wired.write(0x10, 1 << 24);
    wired.write(0, 0x10 + 18);
    wired.write(0x10, 0x61 | LEVEL);
    wired.line(9, true);
    assertEquals(Rig.bits(1), rig.requested(0x61));
    rig.apic(1).acknowledge();
    rig.apic(1).endOfInterrupt();
    assertEquals(List.of(0x61), rig.ended);
    wired.endOfInterrupt(0x61);
    assertEquals(Rig.bits(1), rig.requested(0x61), "asserted still: again");
  }
}
