package io.tlbscope.tools.bench;

import java.util.Locale;

/** Figures as people read them: three digits and a fitting unit. */
final class Quantity {
  private static final double THOUSAND = 1e3;
  private static final double MILLION = 1e6;
  private static final double BILLION = 1e9;

  private Quantity() {}

  /**
   * A figure in the unit of a measure, such as "1.23 ms" for 1,230,000 ns/op.
   *
   * @param unit {@link Unit#text}
   */
  static String text(double value, String unit) {
    if (unit.equals(Unit.NANOS_PER_OP.text())) {
      return nanos(value);
    }
    if (unit.equals(Unit.OPS_PER_SECOND.text())) {
      return value >= MILLION
          ? digits(value / MILLION) + " M/s"
          : value >= THOUSAND ? digits(value / THOUSAND) + " k/s" : digits(value) + " /s";
    }
    return unit.equals(Unit.SECONDS.text()) ? nanos(value * BILLION) : digits(value) + " " + unit;
  }

  private static String nanos(double value) {
    if (value >= BILLION) {
      return digits(value / BILLION) + " s";
    }
    if (value >= MILLION) {
      return digits(value / MILLION) + " ms";
    }
    return value >= THOUSAND ? digits(value / THOUSAND) + " µs" : digits(value) + " ns";
  }

  /** Three significant digits. */
  static String digits(double value) {
    double size = Math.abs(value);
    int places = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }

  /** A ratio, such as "4.20×". */
  static String times(double ratio) {
    return digits(ratio) + "×";
  }
}
