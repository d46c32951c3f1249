package io.tlbscope.core.cpu;

/**
 * State components that XSAVE knows, and where they lie in its area (Intel SDM vol. 1, 13.1 to
 * 13.5). What a model has of them is a mask of XCR0.
 *
 * <pre>
 *   standard format:   0 legacy area   512 header: XSTATE_BV, XCOMP_BV, 48 bytes of 0   from 576 on the components
 *   compacted format:  the components that XCOMP_BV names follow each other from 576 on
 * </pre>
 */
public final class ExtendedState {
  /** Component numbers: bits of XCR0. */
  public static final int X87 = 0, SSE = 1, AVX = 2, PKRU = 9;

  /** Bytes of the legacy area and of legacy area and header. */
  public static final int LEGACY = 512, HEADER_END = 576;

  /** Components with a place of their own behind the header. */
  private static final int FIRST = 2, LAST = PKRU;

  private static final int[] OFFSET = {0, 160, 576, 0, 0, 0, 0, 0, 0, 2688};
  private static final int[] SIZE = {160, 256, 256, 0, 0, 0, 0, 0, 0, 8};

  private ExtendedState() {}

  /** Offset of component {@code n} in the standard format. */
  public static int offset(int n) {
    return OFFSET[n];
  }

  /** Its bytes. */
  public static int size(int n) {
    return SIZE[n];
  }

  /**
   * Offset of component {@code n} (2 or more) in the compacted format of {@code xcompBv}; none of
   * the components here asks for alignment.
   */
  public static int compacted(int n, long xcompBv) {
    int at = HEADER_END;
    for (int i = FIRST; i < n; i++) {
      at += (xcompBv >>> i & 1) != 0 ? SIZE[i] : 0;
    }
    return at;
  }

  /** Bytes of an area in the standard format for these components. */
  public static int standardSize(long components) {
    int size = HEADER_END;
    for (int i = FIRST; i <= LAST; i++) {
      size = (components >>> i & 1) != 0 ? OFFSET[i] + SIZE[i] : size;
    }
    return size;
  }

  /**
   * CPUID leaf 0Dh.
   *
   * @param has the components that exist
   * @param xcr0 those that are enabled
   * @param regs gets EAX, EBX, ECX, EDX
   */
  public static void leaf(int subleaf, long has, long xcr0, int[] regs) {
    regs[0] = regs[1] = regs[2] = regs[3] = 0;
    if (subleaf == 0) {
      regs[0] = (int) has;
      regs[1] = standardSize(xcr0);
      regs[2] = standardSize(has);
      regs[3] = (int) (has >>> 32);
    } else if (subleaf == 1) {
      // XSAVEOPT, XSAVEC, XGETBV with ECX = 1, XSAVES with no supervisor component.
      regs[0] = 0xF;
      regs[1] = compacted(LAST + 1, xcr0);
    } else if (subleaf >= FIRST && subleaf <= LAST && (has >>> subleaf & 1) != 0) {
      regs[0] = SIZE[subleaf];
      regs[1] = OFFSET[subleaf];
    }
  }
}
