package io.tlbscope.pmap;

import java.util.ArrayList;
import java.util.List;

/** One CPU's part in Linux's calls. */
final class LinuxSide {
  /** A call that no stale translation speaks for. */
  static final class OtherCall {
    boolean flushes;
  }

  /** As a target: a call's IPI is in the IRR. */
  boolean pending;

  /** It is in a call's handler, on behalf of these, within so many other handlers. */
  boolean inHandler;

  List<LinuxCall> serving = List.of();
  int nested;

  /** Other calls that it has to come for, and those that it is in the handler for. */
  final List<OtherCall> others = new ArrayList<>();

  List<OtherCall> servingOthers = List.of();

  /** As a caller: the call that it asked for and has yet to do its own part of. */
  LinuxCall own;

  int ownNested;

  /** What the last IPI that it sent belongs to. */
  LinuxCall sent;

  /** When it began a shootdown last. */
  long lastShootdown = -1;

  /** Its top table, by the last write to CR3. */
  long root;
}
