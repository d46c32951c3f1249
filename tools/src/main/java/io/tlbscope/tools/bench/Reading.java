package io.tlbscope.tools.bench;

import java.util.List;

/**
 * What one process gave.
 *
 * @param value the figure, in the measure's unit
 * @param first the same of the first, cold sample; NaN where there is none
 * @param ops operations a sample; 0 where the measure counts none
 * @param sum their checksum; empty where there is none
 * @param curve speed over time, for the warm-up only
 */
public record Reading(double value, double first, long ops, String sum, List<Point> curve) {
  /**
   * A point of the warm-up curve.
   *
   * @param seconds since the first sample began
   * @param share of the final speed
   */
  public record Point(double seconds, double share) {}

  static Reading of(double value) {
    return new Reading(value, Double.NaN, 0, "", List.of());
  }
}
