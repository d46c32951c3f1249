package io.tlbscope.tools.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Numbers of schedules: {@code 1..1000}, or {@code 17} for one.
 *
 * @param first and {@code last} both included
 */
record SeedRange(long first, long last) {
  /** From the command line. */
  static final class Converter implements ITypeConverter<SeedRange> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})(?:\\.\\.(\\d{1,18}))?");

    @Override
    public SeedRange convert(String text) {
      Matcher match = FORM.matcher(text.strip());
      if (!match.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no range of seeds; write for example 1..1000, or 17 for one");
      }
      long first = Long.parseLong(match.group(1));
      long last = match.group(2) == null ? first : Long.parseLong(match.group(2));
      if (last < first) {
        throw new TypeConversionException(
            "'" + text + "' is empty; write the smaller seed first, as in 1..1000");
      }
      return new SeedRange(first, last);
    }
  }

  @Override
  public String toString() {
    return first == last ? Long.toString(first) : first + ".." + last;
  }
}
