package io.tlbscope.core.run;

import io.tlbscope.core.plugin.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The violations of a run, in order of occurrence. */
final class Violations {
  private final List<Violation> list = new ArrayList<>();

  private UnaryOperator<Violation> completion = UnaryOperator.identity();

  /** What is known of a violation at its moment only, and by the machine only. */
  synchronized void completeBy(UnaryOperator<Violation> completion) {
    this.completion = completion;
  }

  synchronized void add(Violation violation) {
    list.add(completion.apply(violation));
  }

  synchronized List<Violation> list() {
    return List.copyOf(list);
  }
}
