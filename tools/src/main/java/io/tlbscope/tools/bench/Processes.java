package io.tlbscope.tools.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Starts processes one at a time, reads their consoles, and leaves none behind. */
final class Processes implements AutoCloseable {
  private static final long POLL_MILLIS = 20;

  private final Path folder;
  private final Set<Process> alive = ConcurrentHashMap.newKeySet();

  /**
   * @param folder for standard error
   */
  Processes(Path folder) {
    this.folder = folder;
  }

  /** Runs the command until it ends, the console wants no more, or the limit is over. */
  Ended run(List<String> command, Duration limit, Console console)
      throws IOException, InterruptedException {
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.environment().put("TLBSCOPE_NO_BUILD", "1");
    long start = System.nanoTime();
    Process process = builder.start();
    alive.add(process);
    Watch watch = new Watch(process, start + limit.toNanos());
    try {
      boolean stopped = read(process, console);
      if (stopped) {
        process.destroyForcibly();
      }
      int exit = process.waitFor();
      long nanos = System.nanoTime() - start;
      watch.end();
      String text = Files.readString(err, StandardCharsets.ISO_8859_1);
      return new Ended(
          stopped || watch.timedOut, watch.timedOut, exit, nanos, watch.peakRssKib, text);
    } finally {
      process.destroyForcibly();
      alive.remove(process);
      watch.end();
      Files.deleteIfExists(err);
    }
  }

  private static boolean read(Process process, Console console) throws IOException {
    try (BufferedReader lines = process.inputReader(StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!console.line(line, System.nanoTime())) {
          return true;
        }
      }
    } catch (IOException e) {
      // The stream of a process that was ended from elsewhere may break off.
      if (process.isAlive()) {
        throw e;
      }
    }
    return false;
  }

  /** Ends what runs; from any thread. */
  @Override
  public void close() {
    alive.forEach(Process::destroyForcibly);
  }

  /** Looks at the process's memory and at the time. */
  private static final class Watch {
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean timedOut;
    private volatile long peakRssKib;

    Watch(Process process, long deadline) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .name("tlbscope-bench-watch")
              .start(() -> watch(process, deadline));
    }

    private void watch(Process process, long deadline) {
      try {
        do {
          peakRssKib = Math.max(peakRssKib, Memory.peakKib(process.pid()));
          if (System.nanoTime() - deadline > 0) {
            timedOut = true;
            process.destroyForcibly();
            return;
          }
        } while (!over.await(POLL_MILLIS, TimeUnit.MILLISECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void end() throws InterruptedException {
      over.countDown();
      thread.join();
    }
  }
}
