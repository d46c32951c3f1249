package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is said of a stale use: one sentence, and the same for programs. */
final class Reports {
  private final Findings findings;

  Reports(Findings findings) {
    this.findings = findings;
  }

  /**
   * @param since what happened after the entry became stale
   * @param what name of that among the details
   * @param place where it happened
   */
  void violation(
      Findings.Rule rule,
      Vcpu cpu,
      Mark mark,
      long va,
      Access access,
      String since,
      String what,
      Map<String, Object> place) {
    Map<String, Object> details = details(cpu, mark, va, access);
    details.put(what, place);
    String missing = missing(cpu, mark);
    details.put("missing", missing);
    findings.violation(
        rule,
        cpu,
        String.format(
            Locale.ROOT,
            "%s %s 0x%x through a stale %s: %s, %s; %s",
            Place.of(cpu).text(findings),
            Mark.isStructure(mark.entry) ? "walks for" : verb(access),
            va,
            mark.entryText(),
            mark.writerText(findings),
            since,
            missing),
        details);
  }

  Map<String, Object> details(Vcpu cpu, Mark mark, long va, Access access) {
    Map<String, Object> details = new LinkedHashMap<>();
    Map<String, Object> use = Place.of(cpu).details(findings);
    use.put("access", access.name().toLowerCase(Locale.ROOT));
    use.put("va", Mark.hex(va));
    details.put("use", use);
    details.putAll(mark.details(findings));
    return details;
  }

  /** The verb of an access, third person. */
  static String verb(Access access) {
    return switch (access) {
      case READ -> "reads";
      case WRITE -> "writes";
      case FETCH -> "fetches from";
    };
  }

  /** The size of an entry's page. */
  static String size(TlbEntry entry) {
    return switch (entry.pageShift()) {
      case 12 -> "4 KiB";
      case 21 -> "2 MiB";
      case 22 -> "4 MiB";
      default -> "1 GiB";
    };
  }

  /** What should have removed the entry, as a clause. */
  String missing(Vcpu cpu, Mark mark) {
    String late = findings.underWay(cpu, mark.entry, mark.since());
    if (late != null) {
      return "the invalidation is late: " + late;
    }
    return mark.left != null
        ? "the invalidation is too narrow: " + mark.left + " left the entry"
        : "the invalidation is missing: CPU " + cpu.index() + " has invalidated nothing near since";
  }

  /** Who made the entry stale and what is missing. */
  String explain(Vcpu cpu, Mark mark) {
    return mark.writerText(findings) + "; " + missing(cpu, mark);
  }
}
