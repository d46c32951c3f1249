package io.tlbscope.tools.bench;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line by which a guest says where it stands; whoever reads it takes the time.
 *
 * <pre>
 * # bench NAME start
 * # bench NAME end ops=N [sum=HEX]
 * </pre>
 *
 * @param name what is measured
 * @param end whether it ended
 * @param ops operations done; 0 at the start
 * @param sum checksum over them, as printed; empty where there is none
 */
record MarkerLine(String name, boolean end, long ops, String sum) {
  private static final Pattern FORM =
      Pattern.compile(
          "# bench ([a-z0-9_-]+) (?:(start)|end ops=([0-9]{1,18})(?: sum=([0-9a-f]{1,16}))?)");

  /** Empty for any other line; a carriage return at the end is ignored. */
  static Optional<MarkerLine> parse(String line) {
    Matcher form = FORM.matcher(line.strip());
    if (!form.matches()) {
      return Optional.empty();
    }
    if (form.group(2) != null) {
      return Optional.of(new MarkerLine(form.group(1), false, 0, ""));
    }
    String sum = form.group(4) == null ? "" : form.group(4);
    return Optional.of(new MarkerLine(form.group(1), true, Long.parseLong(form.group(3)), sum));
  }
}
