package io.tlbscope.tools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of a process's resident memory. */
final class Memory {
  private static final String PEAK = "VmHWM:";

  private Memory() {}

  /** Peak resident memory so far in KiB; 0 where nobody says. */
  static long peakKib(long pid) {
    try {
      return parse(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
    } catch (IOException e) {
      return 0;
    }
  }

  /** The peak in a text of the form of /proc/PID/status. */
  static long parse(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith(PEAK))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .filter(digits -> !digits.isEmpty())
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }
}
