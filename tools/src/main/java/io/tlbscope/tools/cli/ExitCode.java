package io.tlbscope.tools.cli;

/**
 * Exit codes of the process. A guest that writes value v to the debug-exit port gives 2v+1, modulo
 * 256: always odd. All codes of tlbscope itself are even, so neither is ever taken for the other.
 */
public enum ExitCode {
  OK(0, "the command succeeded, the guest powered itself off, or demo's guest passed"),
  USAGE(2, "wrong option or argument"),
  INPUT(4, "a guest, trace or other input cannot be read or makes no sense"),
  GUEST_DIED(6, "the guest died by a triple fault, or all its CPUs sleep for ever"),
  VIOLATION(8, "the guest broke a rule, however it ended: see the violations in the summary"),
  LIMIT(10, "stopped by --timeout or --max-instructions"),
  PLUGIN(12, "a plugin cannot be loaded or woven, failed, or stopped the machine"),
  EMULATOR(
      14, "the guest needs something that the emulator does not have, or the emulator has a bug"),
  OUTPUT(16, "an output file cannot be written"),
  FINDING(18, "explore found a schedule under which the guest fails; replay shows it"),
  INTERRUPTED(130, "interrupted by Ctrl-C, or killed by gdb; outputs were written");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }

  /** The table in Markdown for docs/exit-codes.md. */
  static String markdown() {
    StringBuilder text = new StringBuilder("| code | meaning |\n|---|---|\n");
    for (String row : rows()) {
      text.append("| ").append(row.replaceFirst(":", " | ")).append(" |\n");
    }
    return text.toString();
  }

  /** The table as rows {@code code:meaning} for picocli's help, the guest's own codes first. */
  static String[] rows() {
    String[] rows = new String[values().length + 1];
    rows[0] = "odd:the guest's own status: 2v+1 for the value v written to the debug-exit port";
    for (ExitCode exit : values()) {
      rows[exit.ordinal() + 1] = exit.code + ":" + exit.meaning;
    }
    return rows;
  }
}
