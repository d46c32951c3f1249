package io.tlbscope.core.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * State that outgrows the writer's first array is read back whole, whatever was written at its end.
 */
class StateWriterTest {
  private static final int MANY = 20_000;

  private static StateReader written(Consumer<StateWriter> each) {
    StateWriter writer = new StateWriter();
    for (int i = 0; i < MANY; i++) {
      each.accept(writer);
    }
    return new StateReader(writer.toByteArray());
  }

  @Test
  void growsByTruths() {
    StateReader reader = written(writer -> writer.putBoolean(true));
    for (int i = 0; i < MANY; i++) {
      assertEquals(true, reader.getBoolean());
    }
    reader.end();
  }

  @Test
  void growsByNumbersAndText() {
    StateReader reader =
        written(
            writer -> {
              writer.putInt(-5);
              writer.putLong(1L << 60);
              writer.putString("text");
              writer.putBooleans(new boolean[] {true, false, true});
              writer.putLongs(new long[] {7});
            });
    for (int i = 0; i < MANY; i++) {
      assertEquals(-5, reader.getInt());
      assertEquals(1L << 60, reader.getLong());
      assertEquals("text", reader.getString());
      boolean[] truths = new boolean[3];
      reader.getBooleans(truths);
      assertEquals(true, truths[2]);
      assertEquals(7, reader.getLongs()[0]);
    }
    reader.end();
  }
}
