package io.tlbscope.core.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Values one behind the other, little endian, as {@link StateReader} reads them back. Tags between
 * them say whose they are: a reader that has lost its place finds out at the next one.
 */
public final class StateWriter {
  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int FIRST_SIZE = 1 << 14;

  private byte[] bytes = new byte[FIRST_SIZE];
  private int size;

  /** Call it before {@link #bytes} is looked at: it may be another array afterwards. */
  private int room(int more) {
    int at = size;
    if (more > bytes.length - at) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(at, more)));
    }
    size = at + more;
    return at;
  }

  /** Says what follows; {@link StateReader#tag} wants the same name there. */
  public void tag(String name) {
    putInt(name.hashCode());
  }

  public void put(Stateful part) {
    part.save(this);
  }

  public void putBoolean(boolean value) {
    int at = room(1);
    bytes[at] = (byte) (value ? 1 : 0);
  }

  public void putInt(int value) {
    int at = room(Integer.BYTES);
    INTS.set(bytes, at, value);
  }

  public void putLong(long value) {
    int at = room(Long.BYTES);
    LONGS.set(bytes, at, value);
  }

  /** An array whose length the reader knows too. */
  public void putLongs(long[] values) {
    putInt(values.length);
    int at = room(Math.multiplyExact(values.length, Long.BYTES));
    for (int i = 0; i < values.length; i++) {
      LONGS.set(bytes, at + Long.BYTES * i, values[i]);
    }
  }

  public void putInts(int[] values) {
    putInt(values.length);
    int at = room(Math.multiplyExact(values.length, Integer.BYTES));
    for (int i = 0; i < values.length; i++) {
      INTS.set(bytes, at + Integer.BYTES * i, values[i]);
    }
  }

  public void putBooleans(boolean[] values) {
    putInt(values.length);
    for (boolean value : values) {
      putBoolean(value);
    }
  }

  public void putBytes(byte[] values) {
    putInt(values.length);
    int at = room(values.length);
    System.arraycopy(values, 0, bytes, at, values.length);
  }

  public void putString(String text) {
    putBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What has been written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }
}
