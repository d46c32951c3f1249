package io.tlbscope.tools.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.run.Preemption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MinimiserTest {
  private static List<Preemption> list(int count) {
    List<Preemption> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(new Preemption(0, i, 1));
    }
    return list;
  }

  private static Minimiser needing(Set<Long> needed, int most) {
    return new Minimiser(
        candidate -> {
          Set<Long> there = new HashSet<>();
          candidate.forEach(each -> there.add(each.at()));
          return there.containsAll(needed) ? candidate : null;
        },
        most);
  }

  @Test
  void whatIsNeededIsLeft() throws Exception {
    for (Set<Long> needed : List.of(Set.of(7L), Set.of(0L, 99L), Set.of(3L, 4L, 50L, 77L))) {
      Minimiser minimiser = needing(needed, 10_000);
      List<Preemption> left = minimiser.minimise(list(100));
      assertEquals(
          needed.stream().sorted().toList(), left.stream().map(Preemption::at).sorted().toList());
      assertTrue(minimiser.runs() < 300, "runs: " + minimiser.runs());
    }
  }

  @Test
  void whatNeedsNoneIsFoundAtOnce() throws Exception {
    Minimiser minimiser = needing(Set.of(), 10_000);
    assertEquals(List.of(), minimiser.minimise(list(100)));
    assertEquals(1, minimiser.runs());
  }

  @Test
  void runsAreLimited() throws Exception {
    Set<Long> all = new HashSet<>();
    list(100).forEach(each -> all.add(each.at()));
    Minimiser minimiser = needing(all, 50);
    assertEquals(100, minimiser.minimise(list(100)).size());
    assertTrue(minimiser.runs() <= 51, "runs: " + minimiser.runs());
  }

  @Test
  void preemptionsThatTookNoEffectAreDroppedAtOnce() throws Exception {
    Minimiser minimiser =
        new Minimiser(
            candidate ->
                candidate.stream().anyMatch(each -> each.at() == 60)
                    ? candidate.stream().filter(each -> each.at() >= 50).toList()
                    : null,
            10_000);
    assertEquals(List.of(new Preemption(0, 60, 1)), minimiser.minimise(list(100)));
  }
}
