package io.tlbscope.tools.bench;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * This product, started as users start it: by its shell launcher where that stands beside the jar,
 * else by java.
 */
final class TlbscopePeer implements Peer {
  static final String NAME = "tlbscope";

  private final List<String> launcher;
  private final String engine;
  private final String version;

  /**
   * @param engine for {@code --engine}; empty for the product's default
   */
  TlbscopePeer(String engine, String version) {
    this(launcher(), engine, version);
  }

  /**
   * @param launcher the words before the command's name; empty when there is none
   */
  TlbscopePeer(List<String> launcher, String engine, String version) {
    this.launcher = launcher;
    this.engine = engine;
    this.version = version;
  }

  private static List<String> launcher() {
    Path jar;
    try {
      jar = Path.of(TlbscopePeer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    if (!Files.isRegularFile(jar)) {
      return List.of();
    }
    Path script = jar.resolveSibling(Path.of("..", "..", "tlbscope")).normalize();
    if (Files.isExecutable(script)) {
      return List.of(script.toString());
    }
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return List.of(java.toString(), "-XX:+UseSerialGC", "-jar", jar.toString());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> absent() {
    return launcher.isEmpty()
        ? Optional.of("tlbscope runs from classes, not from its jar; start it with ./tlbscope")
        : Optional.empty();
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Optional<String> lacks(GuestRun run) {
    return Optional.empty();
  }

  @Override
  public List<String> command(GuestRun run, Path image) {
    List<String> words = new ArrayList<>(launcher);
    words.addAll(List.of("run", image.toString(), "--cpus", Integer.toString(run.cpus())));
    words.addAll(List.of("--memory", run.memoryMib() + "M", "--append", run.append()));
    for (String plugin : run.plugins().isEmpty() ? List.of("none") : run.plugins()) {
      words.addAll(List.of("--plugin", plugin));
    }
    if (run.parallel()) {
      words.addAll(List.of("--schedule", "parallel"));
    }
    if (!engine.isEmpty()) {
      words.addAll(List.of("--engine", engine));
    }
    return words;
  }

  @Override
  public Window window(Window asked) {
    return asked;
  }
}
