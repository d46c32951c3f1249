package io.tlbscope.core.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every named error that the sources can raise stands in CAVEATS.md. */
class CaveatsTest {
  private static final Pattern NAMED =
      Pattern.compile("new (?:EmulatorError|BootException)\\(\\s*\"([a-z0-9-]+)\"");

  @Test
  void everyNamedErrorIsListed() throws Exception {
    Path root = Path.of("..").toAbsolutePath().normalize();
    String caveats = Files.readString(root.resolve("CAVEATS.md"));
    Set<String> raised = new TreeSet<>();
    for (String module : new String[] {"emulator-core", "apic-plugin", "pmap-plugin", "tools"}) {
      try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          Matcher matcher = NAMED.matcher(Files.readString(file));
          while (matcher.find()) {
            raised.add(matcher.group(1));
          }
        }
      }
    }
    assertTrue(raised.contains("unimplemented-instruction"), raised.toString());
    raised.removeIf(name -> caveats.contains("`" + name + "`") || name.startsWith("boot-"));
    assertEquals(Set.of(), raised, "not in CAVEATS.md");
  }
}
