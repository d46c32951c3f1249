package io.tlbscope.tools.packaged;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

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
   * What the process has printed, standard error too, when that matches or the process has ended;
   * ends the process.
   */
  public static String until(Pattern pattern, Path folder, String... arguments) throws IOException {
    Process process =
        new ProcessBuilder(words(arguments))
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .start();
    StringBuilder printed = new StringBuilder();
    try (Reader reader = process.inputReader()) {
      char[] some = new char[4096];
      int count;
      while (!pattern.matcher(printed).find() && (count = reader.read(some)) >= 0) {
        printed.append(some, 0, count);
      }
    } finally {
      process.destroyForcibly();
    }
    return printed.toString();
  }

  /** The command line of ./tlbscope with these arguments. */
  public static List<String> words(String... arguments) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-jar",
                JAR.toString()));
    words.addAll(List.of(arguments));
    return words;
  }

  /**
   * @param out where standard output goes
   */
  static Result run(Path folder, File out, String... arguments)
      throws IOException, InterruptedException {
    Path err = Files.createTempFile(folder, "err", ".txt");
    List<String> words = words(arguments);
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
