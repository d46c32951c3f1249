package io.tlbscope.core.hook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the page of hooks, {@code docs/hooks.md}, from the annotations. */
public final class HooksPage {
  private static final String HEAD =
      """
      # Hook points

      Generated from the `@HookPoint` annotations in `io.tlbscope.core.hook`; do not edit. After a change there run
      `mvn -q -pl emulator-core test -Dtest=HooksPageTest -Dtlbscope.update-docs=true`.

      A plugin attaches an advice class to a hook point with `@Attach("id")`. The class has one `static void` method with
      Byte Buddy's `@Advice.OnMethodExit` (or `OnMethodEnter`), whose parameters are `@Advice.Argument(n)`, counted from 0, and
      `@Advice.Return(readOnly = false)` where the seam gives a value. It holds one line: a call of a public static method, which
      asks `cpu.machine().plugin(State.class)` for its machine's state and does nothing where that is null.

      Several plugins at one point run in the order of the command line, and each sees the result of those before it. What a
      plugin throws stops the machine with the plugin's name.

      In parallel mode hooks of several vCPUs run at the same time. A plugin that keeps anything for the whole machine takes
      `cpu.machine().lock()` around it, as apic and pmap do; loads and stores of watched pages, device accesses and timers come
      with it held. Whoever looks into the TLBs of other vCPUs asks for `shareTlbs()` while it is attached and looks under that
      lock. In deterministic mode all of these do nothing.

      The hook points are the plugin API's version %d.

      """;

  private HooksPage() {}

  /**
   * The page's text.
   *
   * @param apiVersion version of the plugin API
   */
  public static String text(int apiVersion) {
    StringBuilder page = new StringBuilder(HEAD.formatted(apiVersion));
    page.append("| id | seam | when | how often |\n|---|---|---|---|\n");
    for (HookSeam seam : HookPoints.all()) {
      HookPoint point = seam.point();
      page.append(
          "| [`%s`](#%s) | `%s` | %s | %s |%n"
              .formatted(
                  seam.id(),
                  anchor(seam.id()),
                  seam.owner().getSimpleName() + "." + seam.method().getName(),
                  point.when(),
                  point.frequency()));
    }
    for (HookSeam seam : HookPoints.all()) {
      section(page, seam);
    }
    return page.toString().replace("\r\n", "\n");
  }

  private static void section(StringBuilder page, HookSeam seam) {
    HookPoint point = seam.point();
    page.append("\n## ").append(seam.id()).append("\n\n");
    page.append("`")
        .append(seam.owner().getSimpleName())
        .append(": ")
        .append(seam.signature())
        .append("`\n\n");
    page.append("- when: ").append(point.when()).append('\n');
    page.append("- thread: ").append(point.thread()).append('\n');
    page.append("- how often: ").append(point.frequency()).append('\n');
    page.append("- exact: ").append(point.exact()).append('\n');
    page.append("- a plugin may change: ").append(point.mayChange()).append('\n');
  }

  private static String anchor(String id) {
    return id.replace(".", "");
  }

  /** Writes the page to {@code file}. */
  public static void write(Path file, int apiVersion) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text(apiVersion));
  }
}
