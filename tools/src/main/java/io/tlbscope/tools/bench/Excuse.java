package io.tlbscope.tools.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in what a run printed why it gave no figure. */
final class Excuse {
  private static final Pattern SKIP = Pattern.compile("(?:ok \\d+ - # SKIP|SKIP) (.*)");
  private static final Pattern NAMED_ERROR =
      Pattern.compile("[\\w.-]+: ([a-z]+(?:-[a-z0-9]+)+: .*)");
  private static final int LONGEST = 160;

  private String reason = "";

  void line(String text) {
    Matcher skip = SKIP.matcher(text.strip());
    Matcher error = NAMED_ERROR.matcher(text.strip());
    if (reason.isEmpty() && skip.matches()) {
      reason = "the guest skipped it: " + skip.group(1);
    } else if (reason.isEmpty() && error.matches()) {
      reason = error.group(1);
    }
  }

  String why(Ended ended) {
    if (!reason.isEmpty()) {
      return shortened(reason);
    }
    if (ended.timedOut()) {
      return "no figure within " + ended.nanos() / 1_000_000_000 + " s";
    }
    String said =
        ended
            .err()
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .findFirst()
            .orElse("");
    if (said.isEmpty()) {
      return "it printed no marker lines and ended with status " + ended.exit();
    }
    return shortened(said.replaceFirst("^tlbscope: ", ""));
  }

  private static String shortened(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }
}
