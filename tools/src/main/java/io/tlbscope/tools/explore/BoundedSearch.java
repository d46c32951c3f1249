package io.tlbscope.tools.explore;

import io.tlbscope.core.run.Place;
import io.tlbscope.core.run.Preemption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All ways to choose at most so many preemptions, by number: none, then each single one, then each
 * two, and so on. Among those of one size the promising places come first: a choice comes before
 * another one if the last of its places does.
 */
final class BoundedSearch {
  private final List<Place> places;
  private final int others;
  private final int most;

  /**
   * @param places where to preempt, promising ones first
   * @param most preemptions in one schedule
   */
  BoundedSearch(List<Place> places, int cpus, int most) {
    this.places = places;
    this.others = cpus - 1;
    this.most = most;
  }

  /** The preemptions of this number from 0 on, in order of place; null behind the last. */
  List<Preemption> schedule(long number) {
    long rest = number;
    for (int size = 0; size <= most; size++) {
      long count = times(choose(places.size(), size), power(others, size));
      if (rest < count) {
        return preemptions(rest, size);
      }
      rest -= count;
    }
    return null;
  }

  /** The combinatorial number system: each number is one set of places, ordered by the last. */
  private List<Preemption> preemptions(long number, int size) {
    long variants = power(others, size);
    long set = number / variants;
    long variant = number % variants;
    List<Preemption> result = new ArrayList<>();
    for (int left = size; left > 0; left--) {
      int index = largest(set, left);
      set -= choose(index, left);
      Place place = places.get(index);
      int other = (int) (variant % others);
      variant /= others;
      result.add(new Preemption(place.cpu(), place.at(), other < place.cpu() ? other : other + 1));
    }
    result.sort(Comparator.comparingLong(Preemption::at));
    return result;
  }

  /** The largest n for which choose(n, k) is at most {@code number}. */
  private int largest(long number, int k) {
    int low = k - 1;
    int high = places.size();
    while (low + 1 < high) {
      int middle = (low + high) >>> 1;
      if (choose(middle, k) <= number) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Binomial coefficient, Long.MAX_VALUE if it is larger. */
  static long choose(long n, int k) {
    long result = 1;
    for (int i = 1; i <= k; i++) {
      long factor = n - k + i;
      if (factor <= 0) {
        return 0;
      }
      if (result > Long.MAX_VALUE / factor) {
        return Long.MAX_VALUE;
      }
      result = result * factor / i;
    }
    return result;
  }

  private static long times(long a, long b) {
    return b != 0 && a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
  }

  private static long power(long base, int exponent) {
    long result = 1;
    for (int i = 0; i < exponent; i++) {
      result = times(result, base);
    }
    return result;
  }
}
