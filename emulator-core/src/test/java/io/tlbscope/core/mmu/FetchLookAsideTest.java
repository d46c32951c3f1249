package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import org.junit.jupiter.api.Test;

/**
 * Pages of code in front of the TLB: one that was asked for is in place until all are forgotten.
 */
class FetchLookAsideTest {
  /** Three pages of one slot. */
  private static final long ONE = 0, TWO = 127L << 12, THREE = 190L << 12;

  private final FetchLookAside pages = new FetchLookAside();

  private void fill(int view, long va, long pa) {
    pages.fill(view, va, pa, CachedTranslation.NOBODY);
  }

  @Test
  void pagesOfOneSlotAreAllInPlace() {
    fill(0, ONE, 0x1000);
    fill(0, TWO, 0x2000);
    fill(0, THREE, 0x3000);
    assertEquals(0x1123, pages.find(0, ONE + 0x123));
    assertEquals(0x2FFF, pages.find(0, TWO + 0xFFF));
    assertEquals(0x3000, pages.find(0, THREE));
    assertEquals(-1, pages.find(1, ONE), "another view");
    pages.forget();
    assertEquals(-1, pages.find(0, ONE));
    assertEquals(-1, pages.find(0, THREE));
  }

  @Test
  void whatMovesIsInPlaceThere() {
    fill(0, ONE, 0x1000);
    fill(0, TWO, 0x2000);
    fill(2, TWO, 0x5000);
    FetchLookAside other = new FetchLookAside();
    other.fill(0, THREE, 0x3000, CachedTranslation.NOBODY);
    long generation = other.generation(0);
    StateWriter state = new StateWriter();
    pages.save(state);
    StateReader from = new StateReader(state.toByteArray());
    other.load(from);
    from.end();
    assertEquals(0x1000, other.find(0, ONE));
    assertEquals(0x2000, other.find(0, TWO));
    assertEquals(0x5000, other.find(2, TWO));
    assertEquals(-1, other.find(0, THREE));
    assertNotEquals(generation, other.generation(0), "whoever kept the old one asks again");
  }
}
