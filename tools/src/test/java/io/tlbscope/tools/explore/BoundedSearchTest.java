package io.tlbscope.tools.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.run.Place;
import io.tlbscope.core.run.Preemption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BoundedSearchTest {
  private static List<Place> places(int count, int cpus) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      places.add(new Place(i % cpus, 100 - i));
    }
    return places;
  }

  private static List<List<Preemption>> all(BoundedSearch search) {
    List<List<Preemption>> all = new ArrayList<>();
    for (long number = 0; search.schedule(number) != null; number++) {
      all.add(search.schedule(number));
    }
    return all;
  }

  @Test
  void everyChoiceOfPlacesComesOnce() {
    List<List<Preemption>> all = all(new BoundedSearch(places(6, 2), 2, 3));
    assertEquals(1 + 6 + 15 + 20, all.size());
    Set<Set<Preemption>> different = new HashSet<>();
    all.forEach(schedule -> different.add(new HashSet<>(schedule)));
    assertEquals(all.size(), different.size());
  }

  @Test
  void everyOtherCpuIsSwitchedTo() {
    List<List<Preemption>> all = all(new BoundedSearch(places(4, 3), 3, 2));
    assertEquals(1 + 4 * 2 + 6 * 4, all.size());
    assertEquals(all.size(), new HashSet<>(all).size());
    assertTrue(
        all.stream()
            .flatMap(List::stream)
            .allMatch(each -> each.cpu() != each.to() && each.to() >= 0 && each.to() < 3));
  }

  @Test
  void fewPreemptionsComeFirstAndThenPromisingPlaces() {
    List<Place> places = places(5, 2);
    BoundedSearch search = new BoundedSearch(places, 2, 2);
    assertEquals(List.of(), search.schedule(0));
    for (int i = 0; i < places.size(); i++) {
      assertEquals(places.get(i).at(), search.schedule(1 + i).getFirst().at());
    }
    // The first pair is of the first two places, in the order in which a run comes to them.
    assertEquals(
        List.of(places.get(1).at(), places.get(0).at()),
        search.schedule(6).stream().map(Preemption::at).toList());
  }

  @Test
  void aLargeGuestHasMoreSchedulesThanAnyoneRuns() {
    BoundedSearch search = new BoundedSearch(places(1_000_000, 2), 2, 9);
    assertEquals(1, search.schedule(1_000_000).size());
    assertEquals(2, search.schedule(1_000_001).size());
    assertTrue(search.schedule(Long.MAX_VALUE / 2).size() > 2);
  }

  @Test
  void oneCpuHasOneSchedule() {
    BoundedSearch search = new BoundedSearch(places(5, 1), 1, 2);
    assertEquals(List.of(), search.schedule(0));
    assertNull(search.schedule(1));
  }
}
