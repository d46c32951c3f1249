package io.tlbscope.core.translate;

import java.util.ArrayList;
import java.util.List;

/**
 * The calls that lead from a region's head to a block. A function that is called from two places of
 * a region stands in it twice, so that each of its returns has one likely target; a recursive call
 * goes to the frame that is there already.
 */
final class Frame {
  /** Calls followed into each other at most. */
  static final int DEEPEST = 5;

  /** The frame of the call, null for the head's own. */
  final Frame caller;

  /** Offset that the call returns to; of no meaning in the head's own frame. */
  final long returnRip;

  /** Offset of the function. */
  final long entry;

  final int depth;

  /** Where recursive calls of the function go back to. */
  final List<Return> recursive = new ArrayList<>();

  /** A return site: offset and the frame it belongs to. */
  record Return(long rip, Frame frame) {}

  private Frame(Frame caller, long returnRip, long entry) {
    this.caller = caller;
    this.returnRip = returnRip;
    this.entry = entry;
    this.depth = caller == null ? 0 : caller.depth + 1;
  }

  /** The frame of the region's head at {@code rip}. */
  static Frame top(long rip) {
    return new Frame(null, 0, rip);
  }

  /**
   * The frame of a call from here to {@code target}; null when the calls get too deep to follow.
   */
  Frame call(long target, long returnRip) {
    for (Frame f = this; f != null; f = f.caller) {
      if (f.entry == target) {
        Return site = new Return(returnRip, this);
        if (!f.recursive.contains(site)) {
          f.recursive.add(site);
        }
        return f;
      }
    }
    return depth >= DEEPEST ? null : new Frame(this, returnRip, target);
  }

  /** Where a return may go, the likeliest first. */
  List<Return> returns() {
    List<Return> all = new ArrayList<>();
    if (caller != null) {
      all.add(new Return(returnRip, caller));
    }
    all.addAll(recursive);
    return all;
  }
}
