package io.tlbscope.core.run;

import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The plain order with given preemptions. One that does not fit, because its vCPU passed the place
 * while it was alone or the other one sleeps, is left out.
 */
final class FixedStrategy implements Strategy {
  private final List<Preemption> preemptions;
  private final List<Deque<Preemption>> waiting = new ArrayList<>();
  private final boolean byProgress;
  private Origin origin;
  private Processor chosen;

  /**
   * @param byProgress their places are such, see {@link Origin}
   */
  FixedStrategy(List<Preemption> preemptions, boolean byProgress) {
    this.preemptions = preemptions;
    this.byProgress = byProgress;
  }

  @Override
  public void start(Processor[] cpus, Origin origin) {
    this.origin = origin;
    for (int i = 0; i < cpus.length; i++) {
      waiting.add(new ArrayDeque<>());
    }
    for (Preemption preemption : preemptions) {
      if (preemption.cpu() < waiting.size()) {
        waiting.get(preemption.cpu()).add(preemption);
      }
    }
  }

  @Override
  public Processor next(Processor[] awake, int count, Processor plain, Processor last) {
    chosen = plain;
    Preemption first = first(last);
    if (first != null && first.at() == place(last)) {
      waiting.get(last.index()).removeFirst();
      for (int i = 0; i < count; i++) {
        if (awake[i].index() == first.to()) {
          chosen = awake[i];
        }
      }
    }
    return chosen;
  }

  private long place(Processor cpu) {
    return byProgress ? origin.progress(cpu) : origin.at(cpu);
  }

  /** The vCPU's next preemption that it has not passed; null if there is none. */
  private Preemption first(Processor cpu) {
    Deque<Preemption> own = waiting.get(cpu.index());
    while (!own.isEmpty() && own.getFirst().at() < place(cpu)) {
      own.removeFirst();
    }
    return own.peekFirst();
  }

  @Override
  public long length() {
    Preemption first = first(chosen);
    return first == null ? Long.MAX_VALUE : Math.max(1, first.at() - place(chosen));
  }
}
