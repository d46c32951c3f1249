package io.tlbscope.tools.explore;

import io.tlbscope.core.run.Exploration;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Preemption;
import io.tlbscope.core.run.Profile;
import io.tlbscope.tools.machine.MachineFactory;
import io.tlbscope.tools.machine.MachineSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs a guest under many schedules: the plain order first, which tells how long a run is and where
 * it goes, then a strategy's, on several threads. What shows a fault is minimised.
 */
public final class Explorer {
  /** Told on the threads that work, all the time. */
  public interface Listener {
    /** So many schedules were run and so many different findings made. */
    void at(long schedules, int findings);

    /** A finding is minimised: so many runs so far. */
    void minimising(Symptom symptom, int runs);
  }

  /** Where the plain run counts as hung: nothing is known about the guest before. */
  private static final long MOST_PLAIN = 100_000_000;

  /** A run so many times as long as the plain one is not slow but hung. */
  private static final int TIMES_PLAIN = 10;

  private static final long LEAST_LIMIT = 1_000_000;

  /** Runs to spend on one finding. */
  private static final int MOST_MINIMISING = 3000;

  private final Trials.Opener opener;
  private final ExplorerSettings settings;
  private final Listener listener;
  private final Hits hits = new Hits();
  private final AtomicLong next;
  private final AtomicLong schedules = new AtomicLong();
  private final long start = System.nanoTime();

  /** No schedule behind this one matters any more. */
  private volatile long bound;

  private volatile boolean exhausted;
  private volatile boolean timedOut;
  private long limit;

  Explorer(Trials.Opener opener, ExplorerSettings settings, Listener listener) {
    this.opener = opener;
    this.settings = settings;
    this.listener = listener;
    this.next = new AtomicLong(settings.first());
    this.bound = settings.last();
  }

  /**
   * Explores the guest of {@code spec}.
   *
   * @throws MachineException as {@link MachineFactory#build} says
   */
  public static ExplorerResult explore(
      MachineFactory machines, MachineSpec spec, ExplorerSettings settings, Listener listener)
      throws MachineException {
    return new Explorer(SnapshotTrials.opener(machines, spec), settings, listener).explore();
  }

  ExplorerResult explore() throws MachineException {
    ExecutorService threads = Executors.newFixedThreadPool(settings.jobs(), Explorer::thread);
    try (TrialPool pool = new TrialPool(opener)) {
      return explore(pool, threads);
    } catch (MachineException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "tlbscope-explorer");
    thread.setDaemon(true);
    return thread;
  }

  private ExplorerResult explore(TrialPool pool, ExecutorService threads) throws Exception {
    boolean marked = pool.use(Trials::marked);
    long wanted = settings.maxInstructions();
    Trial plain =
        pool.use(trials -> trials.run(Exploration.profiling(), wanted == 0 ? MOST_PLAIN : wanted));
    limit =
        wanted != 0
            ? wanted
            : Math.clamp(TIMES_PLAIN * plain.instructions(), LEAST_LIMIT, MOST_PLAIN);
    schedules.incrementAndGet();
    List<Finding> findings = new ArrayList<>();
    if (plain.symptom().isPresent()) {
      findings.add(pool.use(this::plainFinding));
    }
    double seconds = seconds();
    if (findings.isEmpty() || settings.all()) {
      Profile profile = plain.exploration().profile();
      StrategyKind.Numbered strategy =
          settings.strategy().schedules(settings.cpus(), settings.depth(), profile);
      List<Callable<Void>> workers = new ArrayList<>();
      for (int job = 0; job < settings.jobs(); job++) {
        workers.add(() -> pool.use(trials -> work(trials, strategy)));
      }
      run(threads, workers);
      seconds = seconds();
      List<Hits.Hit> found = hits.all();
      List<Callable<Finding>> minimising = new ArrayList<>();
      for (Hits.Hit hit : settings.all() ? found : found.stream().limit(1).toList()) {
        if (findings.stream().anyMatch(known -> known.symptom().at(hit.symptom()))) {
          continue;
        }
        minimising.add(() -> pool.use(trials -> minimised(trials, hit)));
      }
      findings.addAll(run(threads, minimising));
    }
    return new ExplorerResult(
        marked,
        plain.instructions(),
        limit,
        schedules.get(),
        exhausted,
        timedOut,
        seconds,
        findings);
  }

  /** What the plain order shows needs no preemption. */
  private Finding plainFinding(Trials trials) throws MachineException {
    Trial plain = trials.run(Exploration.fixed(List.of()), limit);
    return new Finding(
        plain.symptom().orElseThrow(),
        null,
        0,
        1,
        0,
        List.of(),
        0,
        true,
        plain.instructions(),
        plain.result().ticks());
  }

  private static <T> List<T> run(ExecutorService threads, List<Callable<T>> tasks)
      throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> each : threads.invokeAll(tasks)) {
      try {
        results.add(each.get());
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case MachineException cause -> throw cause;
          case RuntimeException cause -> throw cause;
          case Error cause -> throw cause;
          default -> throw e;
        }
      }
    }
    return results;
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  private Void work(Trials trials, StrategyKind.Numbered strategy) throws MachineException {
    while (!Thread.currentThread().isInterrupted()) {
      long seed = next.getAndIncrement();
      if (seed > bound) {
        break;
      }
      if (seconds() > settings.seconds()) {
        timedOut = true;
        break;
      }
      Optional<Exploration> schedule = strategy.schedule(seed);
      if (schedule.isEmpty()) {
        exhausted = true;
        break;
      }
      Trial trial = trials.run(schedule.get(), limit);
      trial.symptom().ifPresent(symptom -> hit(symptom, seed, trial));
      listener.at(schedules.incrementAndGet(), hits.count());
    }
    return null;
  }

  private synchronized void hit(Symptom symptom, long seed, Trial trial) {
    hits.add(symptom, seed, trial);
    if (!settings.all()) {
      bound = Math.min(bound, seed);
    }
  }

  private Finding minimised(Trials trials, Hits.Hit hit) throws Exception {
    Trial exact = trials.run(Exploration.fixed(hit.preemptions()), limit);
    if (!shows(hit, exact) && !hit.overflowed()) {
      throw new IllegalStateException(
          "the schedule of seed " + hit.seed() + " does not show the same when it is run again");
    }
    if (!shows(hit, exact)) {
      return finding(hit, hit.symptom(), exact, 0, false);
    }
    Trial best = exact;
    int runs = 0;
    // By progress more can be taken out; where that leads elsewhere, places as they were do.
    for (boolean byProgress : new boolean[] {true, false}) {
      Minimised smaller = minimised(trials, hit, best, byProgress);
      best = smaller.trial();
      runs += smaller.runs();
    }
    Trial last = trials.run(Exploration.fixed(best.preemptions()), limit);
    return finding(hit, last.symptom().orElseThrow(), last, runs, true);
  }

  private record Minimised(Trial trial, int runs) {}

  /** The smallest trial that still shows what the hit showed. */
  private Minimised minimised(Trials trials, Hits.Hit hit, Trial from, boolean byProgress)
      throws Exception {
    Trial[] best = {from};
    Minimiser[] minimiser = new Minimiser[1];
    minimiser[0] =
        new Minimiser(
            candidate -> {
              listener.minimising(hit.symptom(), minimiser[0].runs());
              Trial trial =
                  trials.run(
                      byProgress ? Exploration.byProgress(candidate) : Exploration.fixed(candidate),
                      limit);
              if (!shows(hit, trial)) {
                return null;
              }
              if (trial.preemptions().size() < best[0].preemptions().size()) {
                best[0] = trial;
              }
              return places(trial, byProgress);
            },
            MOST_MINIMISING);
    minimiser[0].minimise(places(from, byProgress));
    return new Minimised(best[0], minimiser[0].runs());
  }

  private static List<Preemption> places(Trial trial, boolean byProgress) {
    return byProgress ? trial.exploration().byProgress() : trial.preemptions();
  }

  private Finding finding(Hits.Hit hit, Symptom symptom, Trial trial, int runs, boolean replays) {
    return new Finding(
        symptom,
        settings.strategy(),
        hit.seed(),
        hit.schedules(),
        hit.preemptions().size(),
        trial.preemptions(),
        runs,
        replays,
        trial.instructions(),
        trial.result().ticks());
  }

  private static boolean shows(Hits.Hit hit, Trial trial) {
    return trial.symptom().filter(hit.symptom()::same).isPresent();
  }
}
