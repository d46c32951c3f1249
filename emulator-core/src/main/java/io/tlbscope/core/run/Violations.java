package io.tlbscope.core.run;

import io.tlbscope.core.plugin.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The violations of a run, in order of occurrence. */
final class Violations {
  private final List<Violation> list = new ArrayList<>();
  private final Consumer<Violation> told;

  /**
   * @param told of each
   */
  Violations(Consumer<Violation> told) {
    this.told = told;
  }

  synchronized void add(Violation violation) {
    list.add(violation);
    told.accept(violation);
  }

  synchronized List<Violation> list() {
    return List.copyOf(list);
  }
}
