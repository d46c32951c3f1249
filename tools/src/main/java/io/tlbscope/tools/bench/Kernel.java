package io.tlbscope.tools.bench;

import io.tlbscope.guests.Guests;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel of the guest {@code bench}.
 *
 * @param portable whether it is in the Linux program too
 * @param what one operation is
 */
record Kernel(String name, boolean portable, String what) {
  private static final Pattern FORM =
      Pattern.compile("(KERNEL|SYSTEM)\\((\\w+), \\d+, \"(.*)\"\\)");

  /** Suffix of kernels that differ from their namesake in the addresses alone. */
  private static final String POWER_OF_TWO = "_pow2";

  /** The bundled ones, in the guest's order. */
  static List<Kernel> all() {
    return parse(Guests.kernels());
  }

  /** Lines {@code KERNEL(name, ops, "what")} or {@code SYSTEM(...)}; others are comments. */
  static List<Kernel> parse(String text) {
    return text.lines()
        .map(FORM::matcher)
        .filter(Matcher::matches)
        .map(line -> new Kernel(line.group(2), line.group(1).equals("KERNEL"), line.group(3)))
        .toList();
  }

  boolean isPowerOfTwo() {
    return name.endsWith(POWER_OF_TWO);
  }

  /** The name of the kernel on friendly addresses. */
  static String friendly(String powerOfTwo) {
    return powerOfTwo.substring(0, powerOfTwo.length() - POWER_OF_TWO.length());
  }
}
