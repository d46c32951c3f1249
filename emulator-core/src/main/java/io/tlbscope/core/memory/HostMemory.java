package io.tlbscope.core.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import jdk.internal.misc.Unsafe;

/**
 * The one way to host memory outside the Java heap: guest RAM and look-aside tables, by absolute
 * host address (ha), little endian, no alignment asked, no bounds checked by us: who computes the
 * address answers for it.
 *
 * <p>It uses the JDK's internal Unsafe, which the jar's manifest exports to us: its accessors are
 * intrinsics in every tier of HotSpot, where a MemorySegment's are some fifteen inlined methods
 * each. In one interpreter loop that is no difference; in a translated region with sixty accesses
 * it is C2's inlining budget.
 *
 * <p>Two kinds of access. get and put are plain: for tables that one thread uses. load and store
 * are the guest's: no load moves before an earlier load, no store before an earlier access, as x86
 * has it (Intel SDM vol. 3A, 9.2.2); a store may be seen after later loads were made. They are
 * plain accesses with an acquire fence behind or a release fence in front, because access modes ask
 * for alignment and fences do not; on x86 hosts such a fence is no instruction, it only holds the
 * compiler.
 */
@SuppressWarnings("restricted")
public final class HostMemory {
  private static final Unsafe U = Unsafe.getUnsafe();

  /** The whole address space, for what a segment can do and Unsafe cannot. */
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private HostMemory() {}

  public static byte getByte(long ha) {
    return U.getByte(ha);
  }

  public static short getShort(long ha) {
    return U.getShort(ha);
  }

  public static int getInt(long ha) {
    return U.getInt(ha);
  }

  public static long getLong(long ha) {
    return U.getLong(ha);
  }

  public static void putByte(long ha, byte value) {
    U.putByte(ha, value);
  }

  public static void putShort(long ha, short value) {
    U.putShort(ha, value);
  }

  public static void putInt(long ha, int value) {
    U.putInt(ha, value);
  }

  public static void putLong(long ha, long value) {
    U.putLong(ha, value);
  }

  /** A guest's load. */
  public static byte loadByte(long ha) {
    byte value = U.getByte(ha);
    U.loadFence();
    return value;
  }

  public static short loadShort(long ha) {
    short value = U.getShort(ha);
    U.loadFence();
    return value;
  }

  public static int loadInt(long ha) {
    int value = U.getInt(ha);
    U.loadFence();
    return value;
  }

  public static long loadLong(long ha) {
    long value = U.getLong(ha);
    U.loadFence();
    return value;
  }

  /** A guest's store. */
  public static void storeByte(long ha, byte value) {
    U.storeFence();
    U.putByte(ha, value);
  }

  public static void storeShort(long ha, short value) {
    U.storeFence();
    U.putShort(ha, value);
  }

  public static void storeInt(long ha, int value) {
    U.storeFence();
    U.putInt(ha, value);
  }

  public static void storeLong(long ha, long value) {
    U.storeFence();
    U.putLong(ha, value);
  }

  /** MFENCE, and the fence in serialising and locked instructions: nothing passes it. */
  public static void fence() {
    U.fullFence();
  }

  /** Atomic, sequentially consistent; {@code ha} a multiple of 8. */
  public static boolean compareAndSetLong(long ha, long expected, long value) {
    return U.compareAndSetLong(null, ha, expected, value);
  }

  /** Atomic, sequentially consistent; {@code ha} a multiple of 4. */
  public static boolean compareAndSetInt(long ha, int expected, int value) {
    return U.compareAndSetInt(null, ha, expected, value);
  }

  /** Copies as memmove does; a guest's loads and stores, in any order among themselves. */
  public static void copy(long fromHa, long toHa, long bytes) {
    U.storeFence();
    U.copyMemory(fromHa, toHa, bytes);
    U.loadFence();
  }

  /** True if the bytes are alike. */
  public static boolean same(long oneHa, long otherHa, long bytes) {
    return MemorySegment.mismatch(ALL, oneHa, oneHa + bytes, ALL, otherHa, otherHa + bytes) < 0;
  }

  public static void copyIn(byte[] from, int offset, long toHa, int bytes) {
    Objects.checkFromIndexSize(offset, bytes, from.length);
    U.copyMemory(from, Unsafe.ARRAY_BYTE_BASE_OFFSET + (long) offset, null, toHa, bytes);
  }

  public static void copyOut(long fromHa, byte[] to, int offset, int bytes) {
    Objects.checkFromIndexSize(offset, bytes, to.length);
    U.copyMemory(null, fromHa, to, Unsafe.ARRAY_BYTE_BASE_OFFSET + (long) offset, bytes);
  }

  public static void fill(long ha, long bytes, byte value) {
    U.storeFence();
    U.setMemory(ha, bytes, value);
  }

  /**
   * A table that lives as long as the process's last user of {@code arena}; zeroed, aligned to 64.
   */
  public static long table(Arena arena, long bytes) {
    return arena.allocate(bytes, 64).address();
  }

  /**
   * Zeroed memory whose pages the host provides when they are first touched (an {@link Arena} would
   * touch them all).
   *
   * @return its address, not aligned; 0 if the host refuses
   */
  static long allocateLazily(long bytes) {
    try {
      return ((MemorySegment) C.CALLOC.invokeExact(1L, bytes)).address();
    } catch (Throwable e) {
      throw new IllegalStateException("calloc of the C library cannot be called", e);
    }
  }

  static void free(long ha) {
    try {
      C.FREE.invokeExact(MemorySegment.ofAddress(ha));
    } catch (Throwable e) {
      throw new IllegalStateException("free of the C library cannot be called", e);
    }
  }

  /** The C library's allocator, linked when RAM is first allocated. */
  @SuppressWarnings("restricted")
  private static final class C {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup SYMBOLS = LINKER.defaultLookup();

    static final MethodHandle CALLOC =
        LINKER.downcallHandle(
            SYMBOLS.findOrThrow("calloc"),
            FunctionDescriptor.of(
                ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    static final MethodHandle FREE =
        LINKER.downcallHandle(
            SYMBOLS.findOrThrow("free"), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
  }
}
