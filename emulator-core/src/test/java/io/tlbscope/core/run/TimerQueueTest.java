package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimerQueueTest {
  private final TimerQueue queue = new TimerQueue();
  private final List<String> fired = new ArrayList<>();

  @Test
  void timersFireInOrderOfDeadlineThenOfScheduling() {
    queue.schedule(20, () -> fired.add("c"));
    queue.schedule(10, () -> fired.add("a"));
    queue.schedule(10, () -> fired.add("b"));
    queue.fire(15);
    assertEquals(List.of("a", "b"), fired);
    assertEquals(20, queue.nextDeadline());
  }

  @Test
  void aTimerSetByATimerFiresInTheSameRoundWhenItIsDue() {
    queue.schedule(10, () -> queue.schedule(12, () -> fired.add("late")));
    queue.fire(15);
    assertEquals(List.of("late"), fired);
  }

  @Test
  void cancelledTimersNeverFireAndCancellingTwiceIsHarmless() {
    long handle = queue.schedule(10, () -> fired.add("a"));
    queue.cancel(handle);
    queue.cancel(handle);
    queue.fire(100);
    assertEquals(List.of(), fired);
    assertEquals(Long.MAX_VALUE, queue.nextDeadline());
  }
}
