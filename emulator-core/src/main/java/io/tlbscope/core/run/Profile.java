package io.tlbscope.core.run;

import io.tlbscope.core.cpu.SeededChoice;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one run under the plain order went through, from which others draw the places of their
 * preemptions. Most instructions of a run are loops; races hide at those that come seldom. So a
 * place is drawn from all instructions, or first the code's address and then one of its times.
 */
public final class Profile {
  /** Instructions that are kept; a longer run is known by its beginning. */
  private static final int MOST = 1 << 20;

  /** The vCPU above, its place below: what {@link #AT_BITS} say. */
  private long[] steps = new long[1024];

  private long[] rips = new long[1024];
  private int count;

  private static final int AT_BITS = 48;

  /** Steps in order of vCPU, address and time, and where the groups of one address begin. */
  private Integer[] order;

  private int[] groups;
  private int interactions;

  Profile() {}

  void add(Processor cpu, long at) {
    if (count == MOST) {
      return;
    }
    if (count == steps.length) {
      steps = Arrays.copyOf(steps, 2 * count);
      rips = Arrays.copyOf(rips, 2 * count);
    }
    steps[count] = (long) cpu.index() << AT_BITS | at;
    rips[count++] = cpu.s.rip;
  }

  /**
   * The run is over.
   *
   * @param interactions that happened in it
   */
  void finish(int interactions) {
    this.interactions = interactions;
    order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        (a, b) -> {
          int byCpu = Long.compare(steps[a] >>> AT_BITS, steps[b] >>> AT_BITS);
          return byCpu != 0
              ? byCpu
              : rips[a] != rips[b] ? Long.compare(rips[a], rips[b]) : Integer.compare(a, b);
        });
    int[] starts = new int[count];
    int made = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0
          || rips[order[i]] != rips[order[i - 1]]
          || steps[order[i]] >>> AT_BITS != steps[order[i - 1]] >>> AT_BITS) {
        starts[made++] = i;
      }
    }
    groups = Arrays.copyOf(starts, made);
  }

  /** Instructions of all vCPUs. */
  public int instructions() {
    return count;
  }

  /** Code addresses, for each vCPU its own. */
  public int addresses() {
    return groups.length;
  }

  /** Things that one vCPU does and others race with. */
  public int interactions() {
    return interactions;
  }

  private Place place(int step) {
    return new Place((int) (steps[step] >>> AT_BITS), steps[step] & (1L << AT_BITS) - 1);
  }

  /** Any instruction, each alike. */
  Place anyInstruction(SeededChoice choice) {
    return place(choice.below(count));
  }

  /** Any address, each alike, and one of its times. */
  Place anyAddress(SeededChoice choice) {
    int group = choice.below(groups.length);
    int end = group + 1 < groups.length ? groups[group + 1] : count;
    return place(order[groups[group] + choice.below(end - groups[group])]);
  }

  /**
   * Each instruction once, in the order in which a search should try them: the first time of each
   * address, then the second, and so on.
   */
  public List<Place> byNovelty() {
    List<Place> result = new ArrayList<>(count);
    boolean more = true;
    for (int nth = 0; more; nth++) {
      more = false;
      for (int group = 0; group < groups.length; group++) {
        int end = group + 1 < groups.length ? groups[group + 1] : count;
        if (groups[group] + nth < end) {
          result.add(place(order[groups[group] + nth]));
          more = true;
        }
      }
    }
    return result;
  }
}
