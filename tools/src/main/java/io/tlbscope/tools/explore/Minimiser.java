package io.tlbscope.tools.explore;

import io.tlbscope.core.run.Preemption;
import java.util.ArrayList;
import java.util.List;

/**
 * Delta debugging (Zeller and Hildebrandt, 2002): the preemptions without which the fault still
 * shows are taken out, large parts of the list first, until each that is left is needed.
 */
final class Minimiser {
  /** A run under a schedule. */
  @FunctionalInterface
  interface Check {
    /** The preemptions that took effect, if the fault still shows; else null. */
    List<Preemption> failing(List<Preemption> preemptions) throws Exception;
  }

  /** Longer lists have too many pairs to try. */
  private static final int MOST_FOR_PAIRS = 16;

  private final Check check;
  private final int most;
  private int runs;

  /**
   * @param most runs to spend
   */
  Minimiser(Check check, int most) {
    this.check = check;
    this.most = most;
  }

  /** A part of the list that still fails; the list itself must. */
  List<Preemption> minimise(List<Preemption> failing) throws Exception {
    List<Preemption> left = List.copyOf(failing);
    if (left.isEmpty() || run(List.of()) != null) {
      return List.of();
    }
    List<Preemption> before;
    do {
      before = left;
      left = withoutPair(oneByOne(left));
    } while (left.size() < before.size());
    return left;
  }

  private List<Preemption> oneByOne(List<Preemption> failing) throws Exception {
    List<Preemption> left = failing;
    int parts = 2;
    while (left.size() >= 2 && runs < most) {
      List<Preemption> smaller = smaller(left, Math.min(parts, left.size()));
      if (smaller != null) {
        parts = smaller.size() <= left.size() / 2 ? 2 : Math.max(2, parts - 1);
        left = smaller;
      } else if (parts >= left.size()) {
        break;
      } else {
        parts = 2 * parts;
      }
    }
    return left;
  }

  /** Two that only make up for each other, as a switch away and back, go together. */
  private List<Preemption> withoutPair(List<Preemption> list) throws Exception {
    for (int first = 0; list.size() <= MOST_FOR_PAIRS && first < list.size(); first++) {
      for (int second = first + 1; second < list.size() && runs < most; second++) {
        List<Preemption> candidate = new ArrayList<>(list);
        candidate.remove(second);
        candidate.remove(first);
        List<Preemption> effective = run(candidate);
        if (effective != null && effective.size() < list.size()) {
          return effective;
        }
      }
    }
    return list;
  }

  /** One of {@code parts} alone, or all but one, if that fails; else null. */
  private List<Preemption> smaller(List<Preemption> list, int parts) throws Exception {
    for (int pass = parts > 2 ? 1 : 0; pass < 2; pass++) {
      for (int part = 0; part < parts && runs < most; part++) {
        int from = (int) ((long) list.size() * part / parts);
        int to = (int) ((long) list.size() * (part + 1) / parts);
        List<Preemption> candidate = new ArrayList<>(list);
        if (pass == 0) {
          candidate = candidate.subList(from, to);
        } else {
          candidate.subList(from, to).clear();
        }
        List<Preemption> effective = run(candidate);
        if (effective != null && effective.size() < list.size()) {
          return effective;
        }
      }
    }
    return null;
  }

  private List<Preemption> run(List<Preemption> candidate) throws Exception {
    runs++;
    return check.failing(candidate);
  }

  /** Runs so far. */
  int runs() {
    return runs;
  }
}
