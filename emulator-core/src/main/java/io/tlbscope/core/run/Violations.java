package io.tlbscope.core.run;

import io.tlbscope.core.plugin.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The violations of a run, in order of occurrence. */
final class Violations {
  private final List<Violation> list = new ArrayList<>();

  private volatile UnaryOperator<Violation> completion = UnaryOperator.identity();

  /** What is known of a violation at its moment only, and by the machine only. */
  void completeBy(UnaryOperator<Violation> completion) {
    this.completion = completion;
  }

  void add(Violation violation) {
    // Outside the monitor: reading the guest's code takes the machine's lock.
    Violation complete = completion.apply(violation);
    synchronized (this) {
      list.add(complete);
    }
  }

  synchronized List<Violation> list() {
    return List.copyOf(list);
  }
}
