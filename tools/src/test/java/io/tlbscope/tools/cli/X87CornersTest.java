package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
    List<String> host = digests(nativeOutput());
    assertTrue(host.size() > 30, host.toString());
    Cli.Result run = Cli.real("run", "x87", "--engine", engine, "--max-instructions", "600000000");
    assertEquals(33, run.exit(), run.out());
    assertEquals(host, digests(run.out()), run.out());
  }

  /**
   * Of an instruction: results under masked exceptions, and all there is on the processors we
   * follow.
   */
  private static List<String> digests(String output) throws IOException {
    boolean all = Files.readString(Path.of("/proc/cpuinfo")).contains("AuthenticAMD");
    return output
        .lines()
        .map(String::strip)
        .filter(line -> line.matches("# [a-z0-9-]+ [0-9a-f]{16} [0-9a-f]{16}"))
        .map(line -> all ? line : line.substring(0, line.lastIndexOf(' ')))
        .toList();
  }

  private String nativeOutput() throws IOException, InterruptedException {
    assumeTrue(System.getProperty("os.arch").matches("amd64|x86_64"), "needs an x86-64 host");
    assumeTrue(Files.exists(Path.of("/proc/cpuinfo")), "needs Linux");
    Path program = folder.resolve("x87");
    try {
      String[] gcc = {"gcc", "-O2", "-std=gnu11", "-o", program.toString(), SOURCE.toString()};
      assertEquals("", output(gcc));
    } catch (IOException e) {
      assumeTrue(false, "needs gcc: " + e.getMessage());
    }
    return output(program.toString());
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    p.waitFor();
    return text;
  }
}
