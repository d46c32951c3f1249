package io.tlbscope.tools.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** A run shared out to jobs, each with a native program and a vCPU of its own. */
public final class VectorJobs {
  private VectorJobs() {}

  /** Why vectors cannot be run on this host, or nothing. */
  public static Optional<String> absent() {
    return NativeHost.absent();
  }

  /** The host processor's name. */
  public static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("an unknown processor");
    } catch (IOException e) {
      return "an unknown processor";
    }
  }

  /**
   * Runs vectors {@code first} to {@code end} - 1.
   *
   * @param done told, on the jobs' threads, how many are done by now
   */
  public static VectorRun.Result run(
      VectorRun run, long first, long end, int jobs, LongConsumer done) throws IOException {
    Path folder = Files.createTempDirectory("tlbscope-vectors");
    AtomicLong total = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<VectorRun.Result>> parts = new ArrayList<>();
      long share = ((end - first) / jobs / Batch.RECORDS + 1) * Batch.RECORDS;
      for (int job = 0; job < jobs; job++) {
        long from = Math.min(end, job == 0 ? first : aligned(first) + job * share);
        long to = Math.min(end, aligned(first) + (job + 1) * share);
        Path own = folder.resolve("job" + job);
        parts.add(
            threads.submit(() -> run.run(from, to, own, n -> done.accept(total.addAndGet(n)))));
      }
      VectorRun.Result result = new VectorRun.Result(0, Map.of(), Map.of(), List.of());
      for (Future<VectorRun.Result> part : parts) {
        result = result.plus(part.get());
      }
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      threads.shutdownNow();
      delete(folder);
    }
  }

  private static long aligned(long index) {
    return index / Batch.RECORDS * Batch.RECORDS;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
