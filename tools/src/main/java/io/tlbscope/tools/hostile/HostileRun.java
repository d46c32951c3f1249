package io.tlbscope.tools.hostile;

import io.tlbscope.core.run.MachineBuilder;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.machine.GuestMachine;
import io.tlbscope.tools.machine.MachineFactory;
import io.tlbscope.tools.machine.MachineSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs hostile guests one after the other, the APIC plugin woven in. Each has to end in an outcome
 * of its own doing, within its instructions: no exception, no bug's report, no hang.
 */
public final class HostileRun implements AutoCloseable {
  /** A guest retires no more. */
  public static final long MOST_INSTRUCTIONS = 3000;

  /** Host time after which a guest that has so few instructions hangs. */
  private static final long PATIENCE_SECONDS = 60;

  private static final long MEMORY = 1 << 20;

  private final MachineFactory machines;
  private final Path image;
  private final String engine;
  private final String memoryOrder;
  private final ExecutorService runner = Executors.newSingleThreadExecutor(HostileRun::thread);

  /** Classes stay woven while any machine uses them. */
  private GuestMachine keeper;

  /**
   * @param image file for the guest of the moment
   */
  public HostileRun(MachineFactory machines, Path image, String engine, String memoryOrder) {
    this.machines = machines;
    this.image = image;
    this.engine = engine;
    this.memoryOrder = memoryOrder;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "tlbscope-hostile");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Runs the guest of a seed.
   *
   * @return what the emulator did wrong, or nothing
   */
  public Optional<String> check(HostileKind kind, long seed) throws IOException {
    Future<RunResult> run = runner.submit(() -> run(kind, seed));
    try {
      return wrong(run.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      return Optional.of(text(e.getCause()));
    } catch (TimeoutException e) {
      return Optional.of("still running after %d s".formatted(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private static String text(Throwable thrown) {
    StringBuilder text = new StringBuilder(String.valueOf(thrown));
    for (StackTraceElement frame : thrown.getStackTrace()) {
      text.append("\n  at ").append(frame);
    }
    return text.toString();
  }

  /** What the emulator did wrong in a run that came to its end. */
  static Optional<String> wrong(RunResult result) {
    if (result.outcome() == Outcome.PLUGIN_ERROR || result.reason().startsWith("internal-error")) {
      return Optional.of(result.reason() + "\n" + result.report());
    }
    return result.instructions() > MOST_INSTRUCTIONS
        ? Optional.of("%d instructions retired".formatted(result.instructions()))
        : Optional.empty();
  }

  /** What the guest of a seed comes to. */
  public RunResult run(HostileKind kind, long seed) throws IOException, MachineException {
    // All images are of one size: written over each other, they cost the disk nothing.
    Files.write(
        image, HostileGuest.image(kind, seed), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (keeper == null) {
      keeper = machines.build(spec(kind, seed));
    }
    try (GuestMachine machine = machines.build(spec(kind, seed))) {
      return machine.run(Progress.NONE);
    }
  }

  private MachineSpec spec(HostileKind kind, long seed) {
    return new MachineSpec(
        1 + (int) (seed & 1),
        "intel",
        MEMORY,
        "default",
        "deterministic",
        memoryOrder,
        engine,
        seed,
        0,
        MachineBuilder.DEFAULT_CODE_CACHE,
        false,
        List.of("apic"),
        List.of(),
        image,
        "",
        null,
        (long) HostileGuest.LOAD,
        (long) HostileGuest.LOAD,
        kind.bits(),
        OutputStream.nullOutputStream(),
        null,
        TraceSink.NONE,
        MOST_INSTRUCTIONS,
        null,
        false,
        null,
        false);
  }

  @Override
  public void close() {
    runner.shutdownNow();
    if (keeper != null) {
      keeper.close();
    }
  }
}
