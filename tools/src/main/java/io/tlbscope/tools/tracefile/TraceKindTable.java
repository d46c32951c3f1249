package io.tlbscope.tools.tracefile;

import io.tlbscope.core.trace.TraceKind;

/** The table of event kinds in docs/trace-format.md, made from {@link TraceKind}. */
public final class TraceKindTable {
  private TraceKindTable() {}

  /** The table in Markdown, every line ended. */
  public static String markdown() {
    StringBuilder text =
        new StringBuilder(
            "| number | kind | id | a | b | c | d |\n|---|---|---|---|---|---|---|\n");
    for (TraceKind kind : TraceKind.values()) {
      text.append("| ")
          .append(kind.ordinal())
          .append(" | ")
          .append(kind)
          .append(" | ")
          .append(kind.idMeaning());
      for (int n = 0; n < 4; n++) {
        text.append(" | ").append(kind.argumentMeaning(n));
      }
      text.append(" |\n");
    }
    return text.toString();
  }
}
