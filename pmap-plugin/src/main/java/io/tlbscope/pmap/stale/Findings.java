package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.trace.TraceKind;
import java.util.Map;

/** Where the sanitizer's results go, and what it may ask of those who know the guest. */
public interface Findings {
  /** The rules that the sanitizer itself judges. */
  enum Rule {
    /** The frame behind the stale translation was given a new use before. */
    REUSED_FRAME,
    /** The guest said before that no CPU has the translation any more. */
    DECLARED_FLUSHED
  }

  void violation(Rule rule, Vcpu cpu, String message, Map<String, Object> details);

  void event(TraceKind kind, Vcpu cpu, long id, long a, long b, long c, long d);

  /** The guest's symbol at the address, or an empty string. */
  String symbol(long rip);

  /**
   * The invalidation of the entry, stale since then, that is under way and has not reached its
   * vCPU; null if none.
   */
  String underWay(Vcpu holder, TlbEntry entry, long since);
}
