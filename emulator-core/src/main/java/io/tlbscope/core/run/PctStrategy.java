package io.tlbscope.core.run;

import io.tlbscope.core.cpu.SeededChoice;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Probabilistic concurrency testing: each vCPU gets a random priority, and the one with the highest
 * that is awake runs. At {@code depth - 1} random places the running one falls below all others. A
 * bug of depth d, one that d ordering constraints bring out, is then found with a probability that
 * the number of places bounds, whatever the guest does between them (Burckhardt et al., ASPLOS
 * 2010).
 *
 * <p>Priorities must not let a vCPU spin for what only a lower one can do. A PAUSE makes it give
 * way: in every other run by falling below all others, else for a few instructions of theirs, after
 * which it looks again and, where its wait is over, goes on at once. Who spins without PAUSE falls
 * after {@link PlainOrder#FAIR} instructions.
 */
final class PctStrategy implements Strategy {
  /** Instructions behind an interaction at which priorities may change: the next few lines. */
  private static final int NEAR = 16;

  /** Longest time for which a PAUSE lets others run, as a power of two. */
  private static final int MOST_WAIT_BITS = 10;

  /** Each so manyth PAUSE makes its vCPU fall: two that pause in turn would keep others out. */
  private static final int MOST_PAUSES = 32;

  private static final int NEVER = Integer.MAX_VALUE;

  private final SeededChoice choice;

  /** Places where priorities change, in order. */
  private final List<Place> changes = new ArrayList<>();

  /** Numbers of the interactions behind which priorities change, in order. */
  private final int[] changesBehind;

  /** Instructions that each vCPU's PAUSE gives to others; 0 where it falls instead. */
  private final long wait;

  private int[] priority;
  private int lowest;

  /** Value of {@link #now} from which on each vCPU counts again. */
  private long[] waitsUntil;

  /** Instructions of all vCPUs that were not alone. */
  private long now;

  private Origin origin;
  private Processor[] cpus;
  private Processor chosen;

  /** Instructions since the chosen vCPU began to run. */
  private long inOneGo;

  private int interactions;
  private int nextBehind;
  private int pauses;

  /** Instructions until the running vCPU falls, behind an interaction; NEVER if it does not. */
  private int fallsIn = NEVER;

  /**
   * @param depth constraints that a bug to be found may have, at least 1
   * @param profile of a run under the plain order
   */
  PctStrategy(long seed, int depth, Profile profile) {
    choice = new SeededChoice(seed);
    wait = choice.below(2) == 0 ? 0 : 1L << choice.below(MOST_WAIT_BITS + 1);
    List<Integer> behind = new ArrayList<>();
    for (int i = 1; i < depth; i++) {
      int how = choice.below(4);
      if (how == 0 && profile.interactions() > 0) {
        behind.add(choice.below(profile.interactions()));
      } else if (profile.instructions() > 0) {
        changes.add(how == 1 ? profile.anyInstruction(choice) : profile.anyAddress(choice));
      }
    }
    changes.sort(Comparator.comparingLong(Place::at));
    changesBehind = behind.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  @Override
  public void start(Processor[] cpus, Origin origin) {
    this.cpus = cpus;
    this.origin = origin;
    priority = new int[cpus.length];
    waitsUntil = new long[cpus.length];
    for (int i = 1; i < cpus.length; i++) {
      int place = choice.below(i + 1);
      priority[i] = priority[place];
      priority[place] = i;
    }
  }

  private void fall(Processor cpu) {
    priority[cpu.index()] = --lowest;
  }

  @Override
  public Processor next(Processor[] awake, int count, Processor plain, Processor last) {
    Processor best = awake[0];
    for (int i = 1; i < count; i++) {
      if (before(awake[i], best)) {
        best = awake[i];
      }
    }
    if (best != chosen) {
      inOneGo = 0;
    }
    chosen = best;
    return best;
  }

  /** Who waits comes behind those who do not, and before those who wait longer. */
  private boolean before(Processor one, Processor other) {
    long mine = Math.max(0, waitsUntil[one.index()] - now);
    long its = Math.max(0, waitsUntil[other.index()] - now);
    return mine != its ? mine < its : priority[one.index()] > priority[other.index()];
  }

  @Override
  public long length() {
    long most = PlainOrder.FAIR - inOneGo;
    for (Place change : changes) {
      if (change.cpu() == chosen.index() && change.at() > origin.at(chosen)) {
        most = Math.min(most, change.at() - origin.at(chosen));
        break;
      }
    }
    for (Processor cpu : cpus) {
      long until = waitsUntil[cpu.index()] - now;
      if (until > 0 && cpu != chosen) {
        most = Math.min(most, until);
      }
    }
    return Math.max(1, Math.min(most, fallsIn));
  }

  /** Cut where a change comes behind it, to count its distance. */
  @Override
  public boolean interaction() {
    int number = interactions++;
    boolean change = nextBehind < changesBehind.length && changesBehind[nextBehind] <= number;
    if (change) {
      nextBehind++;
      fallsIn = choice.below(NEAR);
    }
    return change;
  }

  @Override
  public void ended(Processor cpu, long done, boolean paused) {
    if (cpu != chosen) {
      return;
    }
    now += done;
    inOneGo += done;
    boolean falls = inOneGo >= PlainOrder.FAIR;
    if (fallsIn != NEVER && (fallsIn -= (int) Math.min(done, fallsIn)) == 0) {
      fallsIn = NEVER;
      falls = true;
    }
    for (Place change : changes) {
      falls |= change.cpu() == cpu.index() && change.at() == origin.at(cpu);
    }
    if (paused) {
      inOneGo = 0;
      waitsUntil[cpu.index()] = now + wait;
      falls |= wait == 0 || ++pauses % MOST_PAUSES == 0;
    }
    if (falls) {
      inOneGo = 0;
      fall(cpu);
    }
  }

  @Override
  public String toString() {
    return "changes at "
        + changes
        + " and behind interactions "
        + Arrays.toString(changesBehind)
        + ", a PAUSE waits "
        + wait;
  }
}
