package io.tlbscope.tools.bench;

import java.io.IOException;

/** One figure to take from each peer. */
interface Measure {
  /** Unique, as in {@code --only}, in tables and in the JSON. */
  String name();

  Group group();

  /** One line: what is measured, or what an operation is. */
  String what();

  Unit unit();

  /** Takes it once, in a fresh process. */
  Reading take(Peer peer, Lab lab) throws IOException, InterruptedException, Skipped;
}
