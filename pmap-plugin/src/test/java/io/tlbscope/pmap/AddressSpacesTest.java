package io.tlbscope.pmap;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Which top tables are one address space. */
class AddressSpacesTest {
  private static final long KERNEL = 0x10000, USER = 0x11000;
  private static final long PCIDE = 1 << 17;

  private final AddressSpaces spaces = new AddressSpaces();

  @Test
  void pairThatTheKernelGoesBetweenIsOne() {
    assertFalse(spaces.same(KERNEL, USER));
    spaces.moved(KERNEL, USER, 0);
    assertTrue(spaces.same(KERNEL, USER));
    assertTrue(spaces.same(USER, KERNEL));
    assertFalse(spaces.same(USER, USER + 0x1000));
  }

  @Test
  void withPcidsTheUsersHasOneBitMore() {
    spaces.moved(KERNEL | 1, USER | 2, PCIDE);
    assertFalse(spaces.same(KERNEL, USER));
    spaces.moved(USER | 0x801, KERNEL | 1, PCIDE);
    assertTrue(spaces.same(KERNEL, USER));
  }

  @Test
  void neighboursAreNotAPairThatWasSeen() {
    spaces.moved(0x11000, 0x12000, 0);
    assertFalse(spaces.same(0x11000, 0x12000));
    assertTrue(spaces.same(0x11000, 0x11000));
  }
}
