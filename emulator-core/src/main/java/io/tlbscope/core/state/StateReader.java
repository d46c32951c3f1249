package io.tlbscope.core.state;

import java.nio.charset.StandardCharsets;

/** Reads what a {@link StateWriter} wrote; anything unexpected is a {@link StateException}. */
public final class StateReader {
  private final byte[] bytes;
  private int at;

  public StateReader(byte[] bytes) {
    this.bytes = bytes;
  }

  private int take(int count) {
    int from = at;
    if (count < 0 || count > bytes.length - from) {
      throw new StateException(
          "the state ends at byte " + bytes.length + ", in the midst of a value at " + from);
    }
    at = from + count;
    return from;
  }

  /** What comes next must have been tagged so. */
  public void tag(String name) {
    if (getInt() != name.hashCode()) {
      throw new StateException(
          "at byte "
              + (at - Integer.BYTES)
              + " the state of '"
              + name
              + "' was expected and is not there");
    }
  }

  public void get(Stateful part) {
    part.load(this);
  }

  public boolean getBoolean() {
    return bytes[take(1)] != 0;
  }

  public int getInt() {
    return (int) StateWriter.INTS.get(bytes, take(Integer.BYTES));
  }

  public long getLong() {
    return (long) StateWriter.LONGS.get(bytes, take(Long.BYTES));
  }

  /** Fills {@code into}, which must have the length that was written. */
  public void getLongs(long[] into) {
    length(into.length);
    int from = take(into.length * Long.BYTES);
    for (int i = 0; i < into.length; i++) {
      into[i] = (long) StateWriter.LONGS.get(bytes, from + Long.BYTES * i);
    }
  }

  /** An array of the length that was written. */
  public long[] getLongs() {
    int length = length(Long.BYTES, at);
    long[] values = new long[length];
    getLongs(values);
    return values;
  }

  public void getInts(int[] into) {
    length(into.length);
    int from = take(into.length * Integer.BYTES);
    for (int i = 0; i < into.length; i++) {
      into[i] = (int) StateWriter.INTS.get(bytes, from + Integer.BYTES * i);
    }
  }

  /** An array of the length that was written. */
  public int[] getInts() {
    int length = length(Integer.BYTES, at);
    int[] values = new int[length];
    getInts(values);
    return values;
  }

  public void getBooleans(boolean[] into) {
    length(into.length);
    for (int i = 0; i < into.length; i++) {
      into[i] = getBoolean();
    }
  }

  public byte[] getBytes() {
    int length = length(1, at);
    byte[] values = new byte[length];
    at += Integer.BYTES;
    System.arraycopy(bytes, take(length), values, 0, length);
    return values;
  }

  public String getString() {
    return new String(getBytes(), StandardCharsets.UTF_8);
  }

  /**
   * A number of things that follow.
   *
   * @param most there can be
   */
  public int getCount(int most) {
    int count = getInt();
    if (count < 0 || count > most) {
      throw new StateException(count + " things follow where there are at most " + most);
    }
    return count;
  }

  private void length(int expected) {
    int length = getInt();
    if (length != expected) {
      throw new StateException(
          "an array of " + length + " elements is there, one of " + expected + " was expected");
    }
  }

  /** Length of the array that begins at {@code from}, all of which must be there. */
  private int length(int elementBytes, int from) {
    int length = getInt();
    at = from;
    if (length < 0 || length > (bytes.length - from) / elementBytes) {
      throw new StateException("an array of " + length + " elements is longer than the state");
    }
    return length;
  }

  /** Nothing may be left. */
  public void end() {
    if (at != bytes.length) {
      throw new StateException(bytes.length - at + " bytes of state are left over");
    }
  }
}
