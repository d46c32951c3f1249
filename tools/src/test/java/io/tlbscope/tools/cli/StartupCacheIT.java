package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and the JVM's start-up cache, in a home of their own. */
class StartupCacheIT {
  /** A JVM says so of a class that it takes from a cache. */
  private static final String FROM_CACHE = "io.tlbscope.tools.cli.Main source: shared objects file";

  @TempDir Path folder;
  private Path home;
  private Path jar;

  private record Result(int exit, String out, String err) {}

  @BeforeEach
  void home() throws Exception {
    home = Files.createDirectory(folder.resolve("home"));
    Path root = Path.of("..").toAbsolutePath().normalize();
    jar = Files.createDirectories(home.resolve("tools/target")).resolve("tlbscope.jar");
    Files.copy(root.resolve("tools/target/tlbscope.jar"), jar);
    Files.createDirectory(home.resolve("config"));
    for (String file : List.of("tlbscope", "config/jdk.sh", "config/startup.sh")) {
      Files.copy(root.resolve(file), home.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  private Process start(String name, String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(home.resolve("tlbscope").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().remove("TLBSCOPE_NO_BUILD");
    builder.environment().put("TLBSCOPE_JAVA_OPTS", "-Xlog:class+load");
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectOutput(folder.resolve(name + ".out").toFile());
    return builder.redirectError(folder.resolve(name + ".err").toFile()).start();
  }

  private Result end(String name, Process process) throws Exception {
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "the launcher hangs");
    return new Result(
        process.exitValue(),
        Files.readString(folder.resolve(name + ".out")),
        Files.readString(folder.resolve(name + ".err")));
  }

  private Result run(String... arguments) throws Exception {
    return end("run", start("run", arguments));
  }

  private List<Path> made() throws Exception {
    try (Stream<Path> files = Files.list(home.resolve("target"))) {
      return files.toList();
    }
  }

  private Path cache() throws Exception {
    assertEquals(1, made().size(), "one cache and nothing else: " + made());
    return made().getFirst();
  }

  private void assertRunsHello(boolean fromCache) throws Exception {
    Result result = run("run", "hello");
    assertEquals(33, result.exit(), result.err());
    assertEquals("", result.err());
    assertTrue(result.out().contains("PASS hello"), "hello is silent");
    assertEquals(fromCache, result.out().contains(FROM_CACHE), "is the cache used");
  }

  @Test
  void firstRunsAtOnceLeaveOneCacheThatTheNextRunUses() throws Exception {
    Process one = start("one", "run", "hello");
    Process other = start("other", "run", "hello");
    for (Result result : List.of(end("one", one), end("other", other))) {
      assertEquals(33, result.exit(), result.err());
      assertEquals("", result.err());
    }
    cache();
    assertRunsHello(true);
  }

  @Test
  void aDamagedCacheIsNotUsedAndNothingIsSaid() throws Exception {
    run("--version");
    Path cache = cache();
    byte[] whole = Files.readAllBytes(cache);
    try (RandomAccessFile file = new RandomAccessFile(cache.toFile(), "rw")) {
      file.seek(whole.length / 2);
      file.write(new byte[4096]);
    }
    assertRunsHello(false);
    for (int length : new int[] {whole.length - 4096, 5000, 10, 0}) {
      try (RandomAccessFile file = new RandomAccessFile(cache.toFile(), "rw")) {
        file.setLength(length);
      }
      assertRunsHello(false);
    }
    Files.write(cache, whole);
    assertRunsHello(true);
  }

  @Test
  void anotherJarGetsAnotherCacheAndAMadeOneIsKept() throws Exception {
    run("--version");
    Path first = cache();
    FileTime time = Files.getLastModifiedTime(first);
    run("--version");
    assertEquals(time, Files.getLastModifiedTime(cache()), "made again without need");
    Files.setLastModifiedTime(jar, FileTime.from(1_000_000_000, TimeUnit.SECONDS));
    run("--version");
    assertNotEquals(first, cache());
    assertRunsHello(true);
  }

  @Test
  void withoutAPlaceForItTheRunGoesOn() throws Exception {
    Files.writeString(home.resolve("target"), "a file where the folder would be");
    assertRunsHello(false);
  }

  @Test
  void optionsThatChooseAnotherArchiveAreTheUsers() throws Exception {
    run("--version");
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("tlbscope").toString(), "--version")
            .redirectErrorStream(true);
    builder.environment().put("TLBSCOPE_JAVA_OPTS", "-Xshare:off");
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), text);
    assertFalse(text.contains("rror"), text);
  }
}
