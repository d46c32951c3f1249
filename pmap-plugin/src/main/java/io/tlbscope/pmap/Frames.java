package io.tlbscope.pmap;

import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The handlers a CPU is in, innermost last, worked out from deliveries and returns. A return
 * belongs to the innermost frame that was entered from where it goes; frames above it were left by
 * other means (a context switch).
 */
final class Frames {
  /** Deeper nesting means that returns were missed; the oldest frames go. */
  private static final int DEEPEST = 64;

  /** One delivery: what came, where from, and the shootdowns acknowledged in it. */
  static final class Frame {
    final int vector;
    final TrapKind kind;
    final long returnRip;
    final List<Shootdown> served = new ArrayList<>(2);

    Frame(int vector, TrapKind kind, long returnRip) {
      this.vector = vector;
      this.kind = kind;
      this.returnRip = returnRip;
    }
  }

  private final List<Frame> stack = new ArrayList<>();

  void push(int vector, TrapKind kind, long returnRip) {
    if (stack.size() == DEEPEST) {
      stack.removeFirst();
    }
    stack.add(new Frame(vector, kind, returnRip));
  }

  /**
   * Removes and returns the frames that a return to {@code rip} leaves, innermost first; empty when
   * it leaves none.
   */
  List<Frame> pop(long rip) {
    for (int i = stack.size() - 1; i >= 0; i--) {
      if (stack.get(i).returnRip == rip) {
        List<Frame> left = new ArrayList<>(stack.subList(i, stack.size())).reversed();
        stack.subList(i, stack.size()).clear();
        return left;
      }
    }
    return List.of();
  }

  /** The innermost frame of this vector delivered as an external interrupt, or null. */
  Frame innermost(int vector) {
    for (int i = stack.size() - 1; i >= 0; i--) {
      Frame frame = stack.get(i);
      if (frame.vector == vector && frame.kind == TrapKind.EXTERNAL) {
        return frame;
      }
    }
    return null;
  }

  boolean inNmi() {
    return stack.stream().anyMatch(frame -> frame.kind == TrapKind.NMI);
  }

  void clear() {
    stack.clear();
  }

  void known(Shootdowns all) {
    stack.forEach(frame -> frame.served.forEach(all::add));
  }

  void save(StateWriter to) {
    to.putInt(stack.size());
    for (Frame frame : stack) {
      to.putInt(frame.vector);
      to.putInt(frame.kind.ordinal());
      to.putLong(frame.returnRip);
      to.putInt(frame.served.size());
      frame.served.forEach(shootdown -> Shootdowns.put(to, shootdown));
    }
  }

  void load(StateReader from, Shootdowns known) {
    stack.clear();
    for (int rest = from.getCount(DEEPEST); rest > 0; rest--) {
      int vector = from.getInt();
      TrapKind kind = TrapKind.values()[from.getCount(TrapKind.values().length - 1)];
      Frame frame = new Frame(vector, kind, from.getLong());
      for (int served = from.getCount(Integer.MAX_VALUE); served > 0; served--) {
        frame.served.add(known.get(from));
      }
      stack.add(frame);
    }
  }
}
