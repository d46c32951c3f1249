package io.tlbscope.tools.packaged;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs target/tlbscope.jar in a process of its own, as ./tlbscope does. */
public final class PackagedJar {
  private static final Path JAR = Path.of("target", "tlbscope.jar").toAbsolutePath();

  /** Seconds after which a process is taken to hang: a kernel boots on a busy machine in half. */
  private static final int LIMIT = 600;

  /** What the process did. */
  public record Result(int exit, String out, String err) {
    public boolean isOneClearLine() {
      return err.startsWith("tlbscope: ") && err.lines().count() == 1 && !err.contains("Exception");
    }
  }

  private PackagedJar() {}

  public static Result run(Path folder, String... arguments)
      throws IOException, InterruptedException {
    return run(folder, Files.createTempFile(folder, "out", ".txt").toFile(), arguments);
  }

  /**
   * @param out where standard output goes
   */
  static Result run(Path folder, File out, String... arguments)
      throws IOException, InterruptedException {
    Path err = Files.createTempFile(folder, "err", ".txt");
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-jar",
                JAR.toString()));
    words.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(out)
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(LIMIT, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("no end after " + LIMIT + " s: " + words);
    }
    return new Result(
        process.exitValue(),
        out.isFile() ? Files.readString(out.toPath()) : "",
        Files.readString(err));
  }
}
