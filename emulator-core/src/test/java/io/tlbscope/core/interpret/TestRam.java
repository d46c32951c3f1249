package io.tlbscope.core.interpret;

import io.tlbscope.core.memory.CodeWatcher;
import io.tlbscope.core.memory.PhysicalMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** RAM on the heap with code marks. */
final class TestRam extends PhysicalMemory {
  static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  final byte[] bytes;
  final boolean[] code;
  private CodeWatcher watcher;

  TestRam(int size) {
    bytes = new byte[size + 16];
    code = new boolean[(size >> 12) + 1];
  }

  void stored(long pa, int size) {
    for (int page = (int) (pa >> 12); page <= (int) (pa + size - 1 >> 12); page++) {
      if (code[page]) {
        code[page] = false;
        watcher.codeChanged((long) page << 12);
      }
    }
  }

  @Override
  public void markCode(long paPage) {
    code[(int) (paPage >> 12)] = true;
  }

  @Override
  public void codeWatcher(CodeWatcher newWatcher) {
    watcher = newWatcher;
  }

  @Override
  public void write(long pa, byte[] from, int offset, int length) {
    System.arraycopy(from, offset, bytes, (int) pa, length);
    if (length > 0) {
      stored(pa, length);
    }
  }

  @Override
  public void read(long pa, byte[] to, int offset, int length) {
    System.arraycopy(bytes, (int) pa, to, offset, length);
  }

  @Override
  public long ramBytes() {
    return bytes.length - 16;
  }

  @Override
  public boolean isRam(long pa) {
    return pa >= 0 && pa < bytes.length - 16;
  }

  @Override
  public long read(long pa, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | bytes[(int) pa + i] & 0xFF;
    }
    return value;
  }

  @Override
  public void write(long pa, int size, long value) {
    for (int i = 0; i < size; i++) {
      bytes[(int) pa + i] = (byte) (value >>> 8 * i);
    }
    stored(pa, size);
  }

  @Override
  public void watch(long pa, boolean loads, boolean stores) {}

  @Override
  public void unwatch(long pa, boolean loads, boolean stores) {}
}
