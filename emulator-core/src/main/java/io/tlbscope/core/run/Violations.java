package io.tlbscope.core.run;

import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The violations of a run, in order of occurrence. */
final class Violations implements Stateful {
  private final List<Violation> list = new ArrayList<>();
  private final Consumer<Violation> told;
  private volatile UnaryOperator<Violation> completion = UnaryOperator.identity();

  /**
   * @param told of each
   */
  Violations(Consumer<Violation> told) {
    this.told = told;
  }

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
    told.accept(complete);
  }

  synchronized List<Violation> list() {
    return List.copyOf(list);
  }

  @Override
  public synchronized void save(StateWriter to) {
    to.tag("violations");
    to.putInt(list.size());
    list.forEach(violation -> ViolationState.save(violation, to));
  }

  @Override
  public synchronized void load(StateReader from) {
    from.tag("violations");
    list.clear();
    for (int rest = from.getCount(Integer.MAX_VALUE); rest > 0; rest--) {
      list.add(ViolationState.load(from));
    }
  }
}
