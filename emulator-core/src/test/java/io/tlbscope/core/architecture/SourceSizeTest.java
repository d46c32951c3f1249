package io.tlbscope.core.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Small files, each package with its three lines: in all modules. */
class SourceSizeTest {
  private static final int MOST_LINES = 500;

  /** A bare name of an enum's list: a vocabulary is one concern, however long, and no code. */
  private static final Pattern NAME = Pattern.compile("  [A-Z][A-Z0-9_]*,?");

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module :
        List.of("emulator-core", "apic-plugin", "pmap-plugin", "guest-tests", "tools")) {
      Path root = Path.of("..", module, "src", "main", "java");
      if (Files.isDirectory(root)) {
        try (Stream<Path> files = Files.walk(root)) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
      }
    }
    assertTrue(sources.size() > 50, "sources not found from " + Path.of("").toAbsolutePath());
    return sources;
  }

  @Test
  void noSourceFileIsLong() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path source : sources()) {
      long lines =
          Files.readAllLines(source).stream().filter(line -> !NAME.matcher(line).matches()).count();
      if (lines > MOST_LINES) {
        tooLong.add(source + ": " + lines);
      }
    }
    assertEquals(List.of(), tooLong, "split by concern what exceeds " + MOST_LINES + " lines");
  }

  @Test
  void everyPackageSaysWhatItIs() throws IOException {
    List<Path> bare =
        sources().stream()
            .map(Path::getParent)
            .distinct()
            .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
            .toList();
    assertEquals(List.of(), bare);
  }
}
