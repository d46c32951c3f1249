package io.tlbscope.tools.explore;

import io.tlbscope.core.run.MachineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Trials for as many threads as ask at once, each used by one at a time. */
final class TrialPool implements AutoCloseable {
  /** What to do with trials. */
  @FunctionalInterface
  interface Use<T> {
    T with(Trials trials) throws Exception;
  }

  private final Trials.Opener opener;
  private final Queue<Trials> idle = new ConcurrentLinkedQueue<>();
  private final List<Trials> all = new ArrayList<>();

  TrialPool(Trials.Opener opener) {
    this.opener = opener;
  }

  <T> T use(Use<T> use) throws Exception {
    Trials trials = idle.poll();
    if (trials == null) {
      trials = open();
    }
    try {
      return use.with(trials);
    } finally {
      idle.add(trials);
    }
  }

  private Trials open() throws MachineException {
    Trials trials = opener.open();
    synchronized (all) {
      all.add(trials);
    }
    return trials;
  }

  @Override
  public void close() {
    synchronized (all) {
      all.forEach(Trials::close);
    }
  }
}
