package io.tlbscope.tools.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What is installed on the host. */
final class Programs {
  private static final int PATIENCE_SECONDS = 10;

  private Programs() {}

  /** Where the program is on the PATH. */
  static Optional<Path> find(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Why the program cannot be used, with Debian's package that has it. */
  static Optional<String> absent(String program, String debianPackage) {
    return find(program).isPresent()
        ? Optional.empty()
        : Optional.of(
            program
                + " not found; on Debian: sudo apt-get install --no-install-recommends "
                + debianPackage);
  }

  /** The first line that a program prints; empty when it cannot be run. */
  static String firstLine(String... command) {
    return lines(command).stream().findFirst().orElse("").strip();
  }

  /** All that a program prints; nothing when it cannot be run. */
  static List<String> lines(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .start();
      try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
        return lines.lines().toList();
      } finally {
        process.destroy();
        process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** The host processor's name; "unknown processor" where nobody says. */
  static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown processor");
    } catch (IOException e) {
      return "unknown processor";
    }
  }

  static Stream<String> words(String text) {
    return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty());
  }
}
