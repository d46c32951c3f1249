package io.tlbscope.core.weave;

import java.util.ArrayList;
import java.util.List;

/** Where woven test advice leaves what it saw; public because advice becomes part of the core. */
public final class Recorder {
  /** One call of a seam. */
  public record Call(String who, List<Object> arguments) {}

  private static final List<Call> CALLS = new ArrayList<>();

  /** What the next value-giving advice answers. */
  private static Object answer;

  private Recorder() {}

  public static void record(String who, Object... arguments) {
    CALLS.add(new Call(who, java.util.Arrays.asList(arguments)));
  }

  public static Object answer() {
    return answer;
  }

  static void answerWith(Object value) {
    answer = value;
  }

  static List<Call> take() {
    List<Call> taken = List.copyOf(CALLS);
    CALLS.clear();
    return taken;
  }

  static List<String> takeNames() {
    return take().stream().map(Call::who).toList();
  }
}
