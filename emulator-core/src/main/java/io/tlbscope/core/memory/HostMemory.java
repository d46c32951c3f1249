package io.tlbscope.core.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The one way to host memory outside the Java heap: guest RAM and look-aside tables, by absolute
 * host address (ha), little endian, no alignment asked, no bounds checked by us: who computes the
 * address answers for it.
 *
 * <p>It uses the supported API: whole runs of the guest {@code bench-loop} took 0.8 % longer than
 * with jdk.internal.misc.Unsafe in these methods (median of five pairs, A B A B, on a quiet 2-core
 * host). LookAsideBenchmark has the main method that times single loads.
 *
 * <p>Two kinds of access. get and put are plain: for tables that one thread uses. load and store
 * are the guest's: no load moves before an earlier load, no store before an earlier access, as x86
 * has it (Intel SDM vol. 3A, 9.2.2); a store may be seen after later loads were made. They are plain
 * accesses with an acquire fence behind or a release fence in front, because access modes ask for
 * alignment and fences do not; on x86 hosts such a fence is no instruction, it only holds the
 * compiler.
 */
@SuppressWarnings("restricted")
public final class HostMemory {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle ALIGNED_LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
  private static final VarHandle ALIGNED_INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private HostMemory() {}

  public static byte getByte(long ha) {
    return ALL.get(ValueLayout.JAVA_BYTE, ha);
  }

  public static short getShort(long ha) {
    return ALL.get(SHORT, ha);
  }

  public static int getInt(long ha) {
    return ALL.get(INT, ha);
  }

  public static long getLong(long ha) {
    return ALL.get(LONG, ha);
  }

  public static void putByte(long ha, byte value) {
    ALL.set(ValueLayout.JAVA_BYTE, ha, value);
  }

  public static void putShort(long ha, short value) {
    ALL.set(SHORT, ha, value);
  }

  public static void putInt(long ha, int value) {
    ALL.set(INT, ha, value);
  }

  public static void putLong(long ha, long value) {
    ALL.set(LONG, ha, value);
  }

  /** A guest's load. */
  public static byte loadByte(long ha) {
    byte value = ALL.get(ValueLayout.JAVA_BYTE, ha);
    VarHandle.acquireFence();
    return value;
  }

  public static short loadShort(long ha) {
    short value = ALL.get(SHORT, ha);
    VarHandle.acquireFence();
    return value;
  }

  public static int loadInt(long ha) {
    int value = ALL.get(INT, ha);
    VarHandle.acquireFence();
    return value;
  }

  public static long loadLong(long ha) {
    long value = ALL.get(LONG, ha);
    VarHandle.acquireFence();
    return value;
  }

  /** A guest's store. */
  public static void storeByte(long ha, byte value) {
    VarHandle.releaseFence();
    ALL.set(ValueLayout.JAVA_BYTE, ha, value);
  }

  public static void storeShort(long ha, short value) {
    VarHandle.releaseFence();
    ALL.set(SHORT, ha, value);
  }

  public static void storeInt(long ha, int value) {
    VarHandle.releaseFence();
    ALL.set(INT, ha, value);
  }

  public static void storeLong(long ha, long value) {
    VarHandle.releaseFence();
    ALL.set(LONG, ha, value);
  }

  /** MFENCE, and the fence in serialising and locked instructions: nothing passes it. */
  public static void fence() {
    VarHandle.fullFence();
  }

  /** Atomic, sequentially consistent; {@code ha} a multiple of 8. */
  public static boolean compareAndSetLong(long ha, long expected, long value) {
    return ALIGNED_LONG.compareAndSet(ALL, ha, expected, value);
  }

  /** Atomic, sequentially consistent; {@code ha} a multiple of 4. */
  public static boolean compareAndSetInt(long ha, int expected, int value) {
    return ALIGNED_INT.compareAndSet(ALL, ha, expected, value);
  }

  /** Copies as memmove does; a guest's loads and stores, in any order among themselves. */
  public static void copy(long fromHa, long toHa, long bytes) {
    VarHandle.releaseFence();
    MemorySegment.copy(ALL, fromHa, ALL, toHa, bytes);
    VarHandle.acquireFence();
  }

  public static void copyIn(byte[] from, int offset, long toHa, int bytes) {
    MemorySegment.copy(from, offset, ALL, ValueLayout.JAVA_BYTE, toHa, bytes);
  }

  public static void copyOut(long fromHa, byte[] to, int offset, int bytes) {
    MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, fromHa, to, offset, bytes);
  }

  public static void fill(long ha, long bytes, byte value) {
    VarHandle.releaseFence();
    ALL.asSlice(ha, bytes).fill(value);
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
