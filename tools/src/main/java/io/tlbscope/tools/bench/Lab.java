package io.tlbscope.tools.bench;

import io.tlbscope.guests.Guests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where measures are taken: unpacked guests, processes, and how long to look. */
final class Lab implements AutoCloseable {
  private final Path folder;
  private final Processes processes;
  private final Map<String, Path> images = new HashMap<>();
  private final Map<String, Integer> scales = new HashMap<>();
  private final Effort effort;

  /** Ctrl-C leaves neither processes nor files. */
  private final Thread hook = new Thread(this::clear, "tlbscope-bench-end");

  Lab(Effort effort) throws IOException {
    this.effort = effort;
    this.folder = Files.createTempDirectory("tlbscope-bench");
    this.processes = new Processes(folder);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  Effort effort() {
    return effort;
  }

  /** The size of a cell's samples: as set before, else {@code usual}. */
  int scale(String cell, int usual) {
    return scales.getOrDefault(cell, usual);
  }

  void rescale(String cell, int scale) {
    scales.put(cell, scale);
  }

  /** Runs the guest on the peer and gives its console to {@code console}. */
  Ended run(Peer peer, GuestRun run, Console console)
      throws IOException, InterruptedException, Skipped {
    Optional<String> lacks = peer.lacks(run);
    if (lacks.isPresent()) {
      throw new Skipped(lacks.get());
    }
    List<String> command = peer.command(run, image(run.guest()));
    return processes.run(command, Duration.ofSeconds(effort.limitSeconds()), console);
  }

  private Path image(String guest) throws IOException, Skipped {
    Path known = images.get(guest);
    if (known != null) {
      return known;
    }
    Path copy =
        Guests.extract(guest, folder)
            .orElseThrow(() -> new Skipped("there is no bundled guest " + guest));
    images.put(guest, copy);
    return copy;
  }

  private void clear() {
    processes.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // A left-over in the temporary folder harms nobody.
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already and clears.
    }
    clear();
  }
}
