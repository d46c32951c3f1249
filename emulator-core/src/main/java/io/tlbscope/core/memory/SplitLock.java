package io.tlbscope.core.memory;

import io.tlbscope.core.cpu.EmulatorError;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;

/**
 * Locked operations that Java has no access mode for: across an aligned quadword's border, and 16
 * bytes wide. On an x86-64 host with the System V calling convention a few instructions of ours do
 * them, so that they are as indivisible as the guest's own would be; {@link #AVAILABLE} says
 * whether they are there. Other hosts stop the other vCPUs.
 */
@SuppressWarnings("restricted")
public final class SplitLock {
  /** True if the methods below may be called. */
  public static final boolean AVAILABLE;

  /*
   * rdi = address, rsi = expected, rdx = replacement; gives the old value in rax.
   *
   *   mov rax, rsi ; lock cmpxchg [rdi], dx / edx / rdx ; ret
   *
   * rdi = address, rsi = four quadwords: expected low, high (old value on return), replacement low, high
   *
   *   push rbx ; mov r8, rsi ; mov rax, [r8] ; mov rdx, [r8+8] ; mov rbx, [r8+16] ; mov rcx, [r8+24]
   *   lock cmpxchg16b [rdi] ; mov [r8], rax ; mov [r8+8], rdx ; sete al ; movzx eax, al ; pop rbx ; ret
   */
  private static final String[] CODE = {
    "4889F0 F0660FB117 C3",
    "4889F0 F00FB117 C3",
    "4889F0 F0480FB117 C3",
    "53 4989F0 498B00 498B5008 498B5810 498B4818 F0480FC70F 498900 49895008 0F94C0 0FB6C0 5B C3"
  };

  private static final int PAGE = 4096, SLOT = 64;
  private static final int READ = 1, WRITE = 2, EXECUTE = 4, PRIVATE_ANONYMOUS = 0x22;
  private static final MethodHandle COMPARE_16, COMPARE_32, COMPARE_64, COMPARE_128;

  static {
    MethodHandle[] made = isSystemV() ? link() : null;
    AVAILABLE = made != null;
    COMPARE_16 = AVAILABLE ? made[0] : null;
    COMPARE_32 = AVAILABLE ? made[1] : null;
    COMPARE_64 = AVAILABLE ? made[2] : null;
    COMPARE_128 = AVAILABLE ? made[3] : null;
  }

  private SplitLock() {}

  private static boolean isSystemV() {
    return System.getProperty("os.arch").equals("amd64")
        && System.getProperty("os.name").equals("Linux");
  }

  /** Null if the host gives no executable memory. */
  private static MethodHandle[] link() {
    try {
      Linker linker = Linker.nativeLinker();
      long code = executable(linker);
      if (code == 0) {
        return null;
      }
      FunctionDescriptor type =
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG);
      MethodHandle[] handles = new MethodHandle[CODE.length];
      for (int i = 0; i < CODE.length; i++) {
        handles[i] =
            linker.downcallHandle(
                MemorySegment.ofAddress(code + (long) i * SLOT),
                i == 3
                    ? FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS)
                    : type,
                Linker.Option.critical(i == 3));
      }
      return handles;
    } catch (Throwable e) {
      // A host that forbids it, in whatever way: the machine has another way.
      return null;
    }
  }

  private static long executable(Linker linker) throws Throwable {
    SymbolLookup symbols = linker.defaultLookup();
    MethodHandle map =
        linker.downcallHandle(
            symbols.findOrThrow("mmap"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));
    MethodHandle protect =
        linker.downcallHandle(
            symbols.findOrThrow("mprotect"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    long ha = (long) map.invokeExact(0L, (long) PAGE, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0L);
    if (ha == -1) {
      return 0;
    }
    for (int i = 0; i < CODE.length; i++) {
      byte[] bytes = HexFormat.of().parseHex(CODE[i].replace(" ", ""));
      HostMemory.copyIn(bytes, 0, ha + (long) i * SLOT, bytes.length);
    }
    return (int) protect.invokeExact(ha, (long) PAGE, READ | EXECUTE) == 0 ? ha : 0;
  }

  /**
   * As {@link Atomics#apply} for 2, 4 or 8 bytes anywhere.
   *
   * @return what was there, zero-extended
   */
  public static long apply(AtomicKind kind, long ha, int bytes, long expected, long operand) {
    long mask = -1L >>> 64 - 8 * bytes;
    while (true) {
      // A torn guess costs one more round.
      long seen =
          switch (bytes) {
            case 2 -> HostMemory.getShort(ha) & mask;
            case 4 -> HostMemory.getInt(ha) & mask;
            default -> HostMemory.getLong(ha);
          };
      long changed = kind.apply(seen, expected, operand, mask);
      if ((compareExchange(ha, bytes, seen, changed) & mask) == seen) {
        return seen;
      }
    }
  }

  private static long compareExchange(long ha, int bytes, long expected, long replacement) {
    try {
      return switch (bytes) {
        case 2 -> (long) COMPARE_16.invokeExact(ha, expected, replacement);
        case 4 -> (long) COMPARE_32.invokeExact(ha, expected, replacement);
        default -> (long) COMPARE_64.invokeExact(ha, expected, replacement);
      };
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /**
   * CMPXCHG16B.
   *
   * @param ha a multiple of 16
   * @param values expected low and high, replacement low and high; on return the first two are what
   *     was there
   * @return true if memory was what was expected, and changed
   */
  public static boolean compareExchange128(long ha, long[] values) {
    try {
      return (long) COMPARE_128.invokeExact(ha, MemorySegment.ofArray(values)) != 0;
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  private static EmulatorError broken(Throwable e) {
    return new EmulatorError("internal-error", "a split lock cannot be called: " + e);
  }
}
