package io.tlbscope.core.weave;

import java.util.ArrayList;
import java.util.List;

/**
 * What is woven into the core now: the hook points with their plugins, and the classes rewritten
 * for them.
 */
public record WovenReport(List<Point> points, List<Rewritten> classes) {
  /**
   * A hook point in use.
   *
   * @param plugins names in the order in which their advice runs
   */
  public record Point(String id, String className, List<String> plugins) {}

  /** A hook class and the size of its class file without and with advice, in bytes. */
  public record Rewritten(String className, int bytesBefore, int bytesAfter) {}

  /** One line a hook point, then one line a class. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Point point : points) {
      lines.add("%-20s %s".formatted(point.id(), String.join(", ", point.plugins())));
    }
    for (Rewritten each : classes) {
      lines.add(
          "%s: %d bytes, %d woven"
              .formatted(each.className(), each.bytesBefore(), each.bytesAfter()));
    }
    return lines;
  }
}
