package io.tlbscope.core.run;

import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.List;

/**
 * A strategy at work. What it decides is noted as preemptions of the plain order: given again by
 * {@link FixedStrategy}, they make the same run, whatever slices it is cut into. For that, all that
 * depends on a slice's end happens at places of its own: sleepers are woken where the event is
 * posted, and MWAIT's are looked at at certain times.
 */
final class Explored implements Schedule {
  /** A power of two; few enough instructions that a sleeper in MWAIT does not miss much. */
  private static final int LOOKS_EVERY = 64;

  /** What is noted of a run that goes on and on. */
  static final int MOST_NOTED = 1 << 19;

  private final Strategy strategy;
  private final List<Preemption> preemptions = new ArrayList<>();
  private final List<Preemption> byProgress = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private Origin origin;
  private PlainOrder plain;
  private long[] retired;

  /** An interaction happened in the running slice. */
  private boolean met;

  /** The strategy wants the running slice cut. */
  private boolean cut;

  Explored(Strategy strategy) {
    this.strategy = strategy;
  }

  /** Where the order departed from the plain one, in order. */
  List<Preemption> preemptions() {
    return preemptions;
  }

  /** The same with places by progress, see {@link Origin}. */
  List<Preemption> byProgress() {
    return byProgress;
  }

  /** Right behind each interaction, in order. */
  List<Place> places() {
    return places;
  }

  /** Not all preemptions were noted, so these do not make the run again. */
  boolean overflowed() {
    return preemptions.size() >= MOST_NOTED;
  }

  @Override
  public void start(Processor[] cpus, Processor last) {
    origin = new Origin(cpus);
    plain = new PlainOrder(last);
    retired = new long[cpus.length];
    for (Processor cpu : cpus) {
      retired[cpu.index()] = cpu.s.retired;
    }
    strategy.start(cpus, origin);
  }

  @Override
  public Processor next(Processor[] awake, int count) {
    Processor usual = plain.choice(awake, count);
    Processor last = plain.current();
    Processor cpu = strategy.next(awake, count, usual, last);
    if (cpu != usual && !overflowed()) {
      preemptions.add(new Preemption(last.index(), origin.at(last), cpu.index()));
      byProgress.add(new Preemption(last.index(), origin.progress(last), cpu.index()));
    }
    plain.chosen(cpu);
    cut = false;
    return cpu;
  }

  @Override
  public long length() {
    return Math.min(strategy.length(), plain.left());
  }

  @Override
  public long lengthAlone() {
    return PlainOrder.FAIR;
  }

  @Override
  public int looksEvery() {
    return LOOKS_EVERY;
  }

  /** Cuts the slice always: what is posted to a sleeper wakes it here. */
  @Override
  public boolean interaction() {
    met = true;
    cut |= strategy.interaction();
    return true;
  }

  @Override
  public void cut(Processor cpu) {
    if (cut) {
      strategy.cut(cpu);
    }
  }

  @Override
  public void posted(Processor cpu) {
    strategy.posted(cpu);
  }

  @Override
  public void woken(Processor cpu) {
    strategy.woken(cpu);
  }

  @Override
  public void timer(Processor cpu) {
    strategy.timer(cpu);
  }

  @Override
  public void asleep(Processor cpu) {
    plain.asleep(cpu);
    strategy.asleep(cpu);
  }

  @Override
  public void ended(Processor cpu, boolean paused) {
    long done = cpu.s.retired - retired[cpu.index()];
    retired[cpu.index()] = cpu.s.retired;
    if (met && places.size() < MOST_NOTED) {
      places.add(new Place(cpu.index(), origin.at(cpu)));
    }
    met = false;
    if (paused) {
      origin.paused(cpu);
    }
    plain.ended(cpu, done, paused);
    strategy.ended(cpu, done, paused);
  }
}
