package io.tlbscope.tools.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Sizes on the command line: {@code 4096}, {@code 512K}, {@code 64M}, {@code 1G}, with or without
 * {@code B} or {@code iB}.
 */
final class ByteSize implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,15})([KMGT]?)(I?B)?");
  private static final String UNITS = "KMGT";

  @Override
  public Long convert(String text) {
    Matcher match = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!match.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no size; write bytes or a number with K, M or G, for example 64M");
    }
    int shift = match.group(2).isEmpty() ? 0 : 10 * (UNITS.indexOf(match.group(2)) + 1);
    long number = Long.parseLong(match.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw new TypeConversionException(
          "'" + text + "' is more than any machine has; for example 1G is a good size");
    }
    return number << shift;
  }

  /** The shortest text that gives the size back. */
  static String text(long bytes) {
    int unit = -1;
    long rest = bytes;
    while (rest != 0 && rest % 1024 == 0 && unit < UNITS.length() - 1) {
      rest /= 1024;
      unit++;
    }
    return unit < 0 ? Long.toString(bytes) : rest + "" + UNITS.charAt(unit);
  }
}
