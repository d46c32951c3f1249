package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guest x87 and the same source as a Linux program find the same digests, bit for bit. */
class X87CornersTest {
  private static final Path SOURCE = Path.of("..", "guest-tests", "tests", "x87.c");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"interpret", "translate"})
  void cornerCasesOfTheX87AreTheHosts(String engine) throws Exception {
    List<String> host = host();
    Cli.Result run = Cli.real("run", "x87", "--engine", engine, "--max-instructions", "400000000");
    assertEquals(33, run.exit(), run.out());
    List<String> ours = run.out().lines().map(String::strip).filter(host::contains).toList();
    assertEquals(host, ours, run.out());
  }

  private List<String> host() throws IOException, InterruptedException {
    assumeTrue(System.getProperty("os.arch").matches("amd64|x86_64"), "needs an x86-64 host");
    Path program = folder.resolve("x87");
    try {
      assertEquals(
          "", output("gcc", "-O2", "-std=gnu11", "-o", program.toString(), SOURCE.toString()));
    } catch (IOException e) {
      assumeTrue(false, "needs gcc: " + e.getMessage());
    }
    List<String> lines = output(program.toString()).lines().toList();
    assertTrue(lines.size() > 30, lines.toString());
    return lines;
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    p.waitFor();
    return text;
  }
}
