package io.tlbscope.core.run;

import io.tlbscope.core.cpu.SeededChoice;
import io.tlbscope.core.vcpu.Processor;

/**
 * Random owners and lengths of slices, as the machine's own schedule has them, but shorter: each
 * seed draws a mean, for races need preemptions at a few instructions' distance or at hundreds.
 */
final class RandomStrategy implements Strategy {
  /** Mean slices to draw from; 0 is for slices that adapt. */
  private static final int[] MEANS = {4, 16, 64, 256, 1024, 0};

  private final SeededChoice choice;
  private Slices slices;
  private Processor chosen;

  /** What is left of its slice, which others than us may have cut into pieces. */
  private long left;

  RandomStrategy(long seed) {
    choice = new SeededChoice(seed);
  }

  @Override
  public void start(Processor[] cpus, Origin origin) {
    slices = new Slices(choice, MEANS[choice.below(MEANS.length)], cpus);
  }

  @Override
  public Processor next(Processor[] awake, int count, Processor plain, Processor last) {
    if (left <= 0) {
      chosen = slices.next(awake, count);
    }
    return chosen;
  }

  @Override
  public long length() {
    if (left <= 0) {
      left = slices.length();
    }
    return left;
  }

  @Override
  public boolean interaction() {
    return slices.interaction();
  }

  @Override
  public void woken(Processor cpu) {
    slices.woken(cpu);
  }

  @Override
  public void cut(Processor cpu) {
    left = 0;
    slices.cut(cpu);
  }

  @Override
  public void posted(Processor cpu) {
    slices.posted(cpu);
  }

  @Override
  public void timer(Processor cpu) {
    slices.timer(cpu);
  }

  @Override
  public void asleep(Processor cpu) {
    left = 0;
    slices.asleep(cpu);
  }

  @Override
  public void ended(Processor cpu, long done, boolean paused) {
    left = cpu == chosen && !paused ? left - done : 0;
    slices.ended(cpu, paused);
  }
}
