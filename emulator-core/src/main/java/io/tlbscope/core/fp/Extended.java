package io.tlbscope.core.fp;

/**
 * Encodings of the double extended format (Intel SDM vol. 1, 4.2 and 8.2.2). A value is two
 * primitives: sign and exponent (16 bits), and the significand with its explicit integer bit.
 *
 * <pre>
 *   79 sign   78..64 biased exponent   63 integer bit   62..0 fraction
 * </pre>
 */
public final class Extended {
  public static final int BIAS = 16383, EXPONENT = 0x7FFF, SIGN = 0x8000;

  /** Integer bit of the significand, and the bit that tells quiet NaNs. */
  public static final long INTEGER = 1L << 63, QUIET = 1L << 62;

  /** The real indefinite: the NaN that masked invalid operations give. */
  public static final int INDEFINITE = 0xFFFF;

  public static final long INDEFINITE_SIGNIFICAND = INTEGER | QUIET;

  private Extended() {}

  /** Neither zero nor denormal, infinite, NaN or unsupported. */
  public static boolean normal(int se, long significand) {
    int exponent = se & EXPONENT;
    return significand < 0 && exponent != 0 && exponent != EXPONENT;
  }

  public static boolean zero(int se, long significand) {
    return significand == 0 && (se & EXPONENT) == 0;
  }

  /** Denormal or pseudo-denormal: both raise #D. */
  public static boolean denormal(int se, long significand) {
    return (se & EXPONENT) == 0 && significand != 0;
  }

  public static boolean infinite(int se, long significand) {
    return (se & EXPONENT) == EXPONENT && significand == INTEGER;
  }

  public static boolean nan(int se, long significand) {
    return (se & EXPONENT) == EXPONENT && significand < 0 && significand != INTEGER;
  }

  public static boolean signalling(int se, long significand) {
    return nan(se, significand) && (significand & QUIET) == 0;
  }

  /** Unnormals, pseudo-infinities and pseudo-NaNs: an exponent without integer bit. */
  public static boolean unsupported(int se, long significand) {
    return (se & EXPONENT) != 0 && significand >= 0;
  }
}
