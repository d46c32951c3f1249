package io.tlbscope.core.run;

import io.tlbscope.core.cpu.SeededChoice;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Whose turn it is, and for how long, while several vCPUs are awake.
 *
 * <p>Races lie close behind what one vCPU does to another. So slices are short after each
 * interaction, and after every {@link #CALM} rounds in which none happens they may be twice as
 * long. Longest does not mean all long: each length is drawn evenly over the powers of two up to
 * the longest, so that runs of short slices come at any time, for vCPUs that meet in memory alone.
 *
 * <p>What counts as an interaction are architectural events, which every engine meets at the same
 * instruction: an interrupt, INIT or SIPI that a vCPU sends another; the end of its handler; HLT
 * and MWAIT; a wake-up by another vCPU or by a store; a TLB invalidation instruction; a PAUSE at
 * another distance than the one before, which is a spin that begins or ends. What plugins watch
 * does not count: observing must not change what is observed.
 */
final class Slices implements Schedule, Stateful {
  /** Mean slice right after an interaction, in instructions. */
  static final int SHORTEST = 128;

  /** Mean of the longest ones is 2^9 times that, 65,536: a switch then costs next to nothing. */
  private static final int MOST_DOUBLINGS = 9;

  /**
   * Rounds without an interaction before slices may be twice as long. vCPUs that wait for each
   * other by memory alone, with no PAUSE, would otherwise burn long slices between two shootdowns.
   */
  private static final int CALM = 128;

  private final SeededChoice choice;
  private final Processor[] cpus;
  private final int quantum;
  private final boolean fixed;

  /** Times that slices have doubled since the last interaction. */
  private int doublings;

  /** Slices since they doubled last. */
  private int calm;

  /** A vCPU's interrupt came from another one, and its handler is not known to be done. */
  private final boolean[] posted;

  /** What each vCPU had retired at its last PAUSE, and how far that was from the one before. */
  private final long[] pausedAt;

  private final long[] stride;

  /** vCPUs that a timer has something for; of use while slices are long. */
  private final Deque<Processor> urgent = new ArrayDeque<>();

  /** A vCPU whose long slice an interaction has cut: it goes on for a short one. */
  private Processor rest;

  private boolean shortSlice;

  /**
   * @param quantum mean slice in instructions whatever happens, 1..2^30; 0 for slices that adapt
   */
  Slices(SeededChoice choice, int quantum, Processor[] cpus) {
    this.choice = choice;
    this.cpus = cpus;
    this.fixed = quantum != 0;
    this.quantum = fixed ? quantum : SHORTEST;
    this.posted = new boolean[cpus.length];
    this.pausedAt = new long[cpus.length];
    this.stride = new long[cpus.length];
  }

  @Override
  public Processor next(Processor[] awake, int count) {
    shortSlice = doublings == 0;
    Processor cpu = rest;
    rest = null;
    if (cpu != null) {
      shortSlice = true;
      return cpu;
    }
    if (!shortSlice && !urgent.isEmpty()) {
      shortSlice = true;
      if (choice.below(2) == 0) {
        return urgent.removeFirst();
      }
    }
    cpu = awake[choice.below(count)];
    shortSlice |= posted[cpu.index()];
    if (!fixed && ++calm >= CALM * count && doublings < MOST_DOUBLINGS) {
      calm = 0;
      doublings++;
    }
    return cpu;
  }

  @Override
  public long length() {
    int mean = shortSlice ? quantum : quantum << choice.below(doublings + 1);
    return 1 + choice.below(2 * mean - 1);
  }

  /** Slices are short from now on. */
  @Override
  public boolean interaction() {
    doublings = 0;
    calm = 0;
    urgent.clear();
    return !fixed && !shortSlice;
  }

  @Override
  public void cut(Processor cpu) {
    rest = cpu;
  }

  @Override
  public void posted(Processor cpu) {
    posted[cpu.index()] = true;
  }

  @Override
  public void woken(Processor cpu) {
    interaction();
  }

  @Override
  public void timer(Processor cpu) {
    if (doublings > 0 && !urgent.contains(cpu)) {
      urgent.add(cpu);
    }
  }

  @Override
  public void asleep(Processor cpu) {
    urgent.remove(cpu);
    interaction();
  }

  @Override
  public void ended(Processor cpu, boolean paused) {
    int index = cpu.index();
    if (posted[index] && cpu.pending() == 0) {
      posted[index] = false;
      interaction();
    }
    if (paused) {
      long distance = cpu.s.retired - pausedAt[index];
      pausedAt[index] = cpu.s.retired;
      if (distance != stride[index]) {
        stride[index] = distance;
        interaction();
      }
    }
  }

  /** Begins the choices again from another seed; what has happened so far stays. */
  void reseed(long seed) {
    choice.reseed(seed);
  }

  @Override
  public void save(StateWriter to) {
    to.tag("slices");
    to.put(choice);
    to.putInt(doublings);
    to.putInt(calm);
    to.putBooleans(posted);
    to.putLongs(pausedAt);
    to.putLongs(stride);
    to.putInts(urgent.stream().mapToInt(Processor::index).toArray());
    to.putInt(rest == null ? -1 : rest.index());
    to.putBoolean(shortSlice);
  }

  @Override
  public void load(StateReader from) {
    from.tag("slices");
    from.get(choice);
    doublings = from.getInt();
    calm = from.getInt();
    from.getBooleans(posted);
    from.getLongs(pausedAt);
    from.getLongs(stride);
    urgent.clear();
    for (int cpu : from.getInts()) {
      urgent.add(cpus[cpu]);
    }
    int index = from.getInt();
    rest = index < 0 ? null : cpus[index];
    shortSlice = from.getBoolean();
  }
}
