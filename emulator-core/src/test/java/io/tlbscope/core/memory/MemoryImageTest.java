package io.tlbscope.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RAM that becomes what it was, and what happens to decoded code by that. */
class MemoryImageTest {
  private static final long A = 0x3000, B = 0x5000, C = 0x7000;

  private final PhysicalMemory memory = new PhysicalMemory(1 << 20);
  private final List<Long> changed = new ArrayList<>();

  @AfterEach
  void close() {
    memory.close();
  }

  private boolean code(long pa) {
    return (memory.flags(pa) & PhysicalMemory.CODE) != 0;
  }

  @Test
  void ramBecomesWhatItWas() {
    memory.write(A, 8, 0x1122334455667788L);
    MemoryImage image = memory.image();
    assertEquals(1, image.kept(), "zeros take no room");
    memory.write(A, 8, 1);
    memory.write(B, 8, 2);
    memory.restore(image);
    assertEquals(0x1122334455667788L, memory.read(A, 8));
    assertEquals(0, memory.read(B, 8));
  }

  @Test
  void codeStaysWherePageAndMarkAreAlike() {
    memory.codeWatcher(changed::add);
    memory.write(A, 1, 0x90);
    memory.markCode(A);
    MemoryImage image = memory.image();
    memory.write(B, 1, 1);
    memory.restore(image);
    assertTrue(code(A));
    assertEquals(List.of(), changed);
  }

  @Test
  void codeIsLookedAtAgainWhereItsPageIsAnother() {
    memory.codeWatcher(changed::add);
    memory.write(A, 1, 0x90);
    memory.markCode(A);
    MemoryImage image = memory.image();
    memory.write(A, 1, 0xF4);
    assertEquals(List.of(A), changed);
    memory.markCode(A);
    memory.restore(image);
    assertEquals(List.of(A, A), changed);
    assertTrue(code(A), "as when the image was made");
  }

  @Test
  void aMarkThatCameLaterGoes() {
    memory.codeWatcher(changed::add);
    memory.write(A, 1, 0x90);
    MemoryImage image = memory.image();
    memory.markCode(A);
    memory.restore(image);
    assertFalse(code(A));
    assertEquals(List.of(A), changed);
  }

  @Test
  void watchesAreStateToo() {
    memory.watch(A, true, true);
    memory.watch(A, false, true);
    memory.watch(B, true, false);
    StateWriter state = new StateWriter();
    state.put(memory);
    memory.unwatch(B, true, false);
    memory.watch(C, true, true);
    StateReader from = new StateReader(state.toByteArray());
    from.get(memory);
    from.end();
    assertEquals(PhysicalMemory.WATCH_LOADS | PhysicalMemory.WATCH_STORES, memory.flags(A));
    assertEquals(PhysicalMemory.WATCH_LOADS, memory.flags(B));
    assertEquals(0, memory.flags(C));
    memory.unwatch(A, true, true);
    assertEquals(PhysicalMemory.WATCH_STORES, memory.flags(A), "one more watches its stores");
  }

  @Test
  void anImageOfAnotherSizeIsRefused() {
    try (PhysicalMemory larger = new PhysicalMemory(2 << 20)) {
      MemoryImage image = memory.image();
      assertThrows(StateException.class, () -> larger.restore(image));
    }
  }
}
