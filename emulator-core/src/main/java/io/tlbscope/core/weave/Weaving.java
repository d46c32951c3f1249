package io.tlbscope.core.weave;

import java.util.List;

/**
 * One machine's share of what is woven; closing it takes out the advice that no other machine
 * needs.
 */
public final class Weaving implements AutoCloseable {
  private final Weaver weaver;
  private final List<AdviceSite> sites;
  private WovenReport report;

  Weaving(Weaver weaver, List<AdviceSite> sites) {
    this.weaver = weaver;
    this.sites = List.copyOf(sites);
  }

  List<AdviceSite> sites() {
    return sites;
  }

  void report(WovenReport made) {
    this.report = made;
  }

  /** What was woven into the JVM when this was made, other machines' advice included. */
  public WovenReport report() {
    return report;
  }

  /** Idempotent. */
  @Override
  public void close() {
    weaver.release(this);
  }
}
