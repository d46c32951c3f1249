package io.tlbscope.core.run;

import io.tlbscope.core.plugin.Violation;
import java.util.ArrayList;
import java.util.List;

/** The violations of a run, in order of occurrence. */
final class Violations {
  private final List<Violation> list = new ArrayList<>();

  synchronized void add(Violation violation) {
    list.add(violation);
  }

  synchronized List<Violation> list() {
    return List.copyOf(list);
  }
}
