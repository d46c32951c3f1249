package io.tlbscope.tools;

import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.plugin.CodeLine;
import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.tracefile.TraceFileWriter;
import io.tlbscope.tools.tracefile.TraceHeader;
import io.tlbscope.tools.tracefile.TraceTrailer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A small trace with three violations: CPU 2 reads through an entry that CPU 0 made stale and whose
 * frame CPU 1 used anew, a shootdown under way; one of a protocol rule in that shootdown; one with
 * nothing around it.
 */
public final class FindingTrace {
  public static final long VA = 0xFFFF_8000_0000_3000L;
  public static final long WRITER = 0x401019, REUSER = 0x402008, USER = 0x7000, ACK = 0x403010;
  private static final long PTE = 0x5018;
  private static final Map<Long, String> SYMBOLS =
      Map.of(WRITER, "unmap_page+0x19", REUSER, "reuse_frame+0x8", ACK, "invlop_handler+0x10");

  private FindingTrace() {}

  private static TraceEvent event(
      TraceKind kind, long time, int cpu, long rip, long id, long a, long b, long c, long d) {
    return new TraceEvent(kind, time, cpu, time / 3, rip, id, a, b, c, d);
  }

  /** The events, in order. */
  public static void play(TraceSink sink) {
    long flags = 0x7 | 12 << 8 | 3 << 16;
    List.of(
            event(TraceKind.RUN_START, 0, -1, 0, 0, 3, 1, 64 << 20, 0),
            event(TraceKind.TLB_FILL, 500, 2, USER, 41, VA, 0x9000, flags, 0),
            event(TraceKind.STALE_MARK, 1000, 0, WRITER, 41, VA, PTE, 0x9027, 2),
            event(TraceKind.SHOOTDOWN_BEGIN, 1100, 0, WRITER, 7, 8, VA, VA, 2),
            event(TraceKind.SHOOTDOWN_SLOT, 1110, 0, WRITER, 7, 2, 0, 0, 0),
            event(TraceKind.SHOOTDOWN_ICR, 1150, 0, WRITER, 7, 0xF4, 0, 0, 0),
            event(TraceKind.SHOOTDOWN_IRR, 1150, 2, USER, 7, 0, 0, 0, 0),
            event(TraceKind.STALE_USE, 1200, 2, USER, 41, VA, 0x9000, PTE, 0),
            event(TraceKind.TLB_INVALIDATE, 1250, 2, ACK, 0, VA - 4096, 3, 0, 0),
            event(TraceKind.SHOOTDOWN_ACK, 1300, 2, ACK, 7, 0, 2, 0, 0),
            event(TraceKind.VIOLATION, 1300, 2, ACK, 1, 0, 0, 0, 0),
            event(TraceKind.VIOLATION, 1900, 2, USER, 0, 0, 0, 0, 0),
            event(TraceKind.SHOOTDOWN_DONE, 2500, 0, WRITER, 7, 8, 1, 0, 0),
            event(TraceKind.VIOLATION, 2600, 1, REUSER, 2, 0, 0, 0, 0),
            event(TraceKind.RUN_END, 3000, -1, 0, 0, 0, 3000, 0, 0))
        .forEach(sink::accept);
  }

  private static Map<String, Object> place(int cpu, long rip, long time) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("cpu", cpu);
    map.put("rip", "0x" + Long.toHexString(rip));
    map.put("symbol", SYMBOLS.getOrDefault(rip, ""));
    map.put("time", time);
    return map;
  }

  private static List<CodeLine> code(long rip, String text) {
    String symbol = SYMBOLS.getOrDefault(rip, "");
    String name = symbol.isEmpty() ? "" : symbol.substring(0, symbol.indexOf('+'));
    return List.of(
        new CodeLine(rip - 1, name.isEmpty() ? "" : name + "+0x1", "90", "nop"),
        new CodeLine(rip, symbol, "488918", text),
        new CodeLine(rip + 3, name.isEmpty() ? "" : name + "+0x40", "c3", "ret"));
  }

  /** Details as the sanitizer gives them. */
  public static Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    Map<String, Object> use = place(2, USER, 1900);
    use.put("access", "read");
    use.put("va", "0x" + Long.toHexString(VA + 0x10));
    details.put("use", use);
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("level", "L1_DATA");
    entry.put("serial", 41);
    entry.put("va", "0x" + Long.toHexString(VA));
    entry.put("pa", "0x9000");
    entry.put("page_shift", 12);
    entry.put("pcid", 3);
    entry.put("global", false);
    details.put("entry", entry);
    Map<String, Object> writer = place(0, WRITER, 1000);
    writer.put("pte", "0x" + Long.toHexString(PTE));
    writer.put("before", "0x9027");
    writer.put("after", "0x0");
    details.put("writer", writer);
    Map<String, Object> reuse = place(1, REUSER, 1600);
    reuse.put("how", "written through 0xffff800000100000");
    details.put("new_use", reuse);
    details.put(
        "missing",
        "the invalidation is too narrow: "
            + Invalidation.INVLPG
            + " 0xffff800000002000 of CPU 2 in invlop_handler+0x10 at 1250 left the entry");
    return details;
  }

  /** The violations, by the index that their events have. */
  public static List<Violation> violations() {
    Map<Long, List<CodeLine>> code = new LinkedHashMap<>();
    code.put(USER, code(USER, "mov eax,DWORD PTR [rax]"));
    code.put(WRITER, code(WRITER, "mov QWORD PTR [rax],rbx"));
    code.put(REUSER, code(REUSER, "mov BYTE PTR [rdi],0x55"));
    return List.of(
        new Violation("stale-reused-frame", 2, USER, "", 1900, "CPU 2 reads and so on", details())
            .withCode(code),
        new Violation(
                "ack-without-read",
                2,
                ACK,
                SYMBOLS.get(ACK),
                1300,
                "CPU 2 acknowledges shootdown 7 without having read its record")
            .withCode(Map.of(ACK, code(ACK, "mov DWORD PTR [rdx],eax"))),
        new Violation("misdirected-ipi", 1, REUSER, SYMBOLS.get(REUSER), 2600, "CPU 1 sends"));
  }

  /** Writes the trace as a file. */
  public static Path write(Path file, List<Violation> violations) throws IOException {
    TraceHeader header =
        new TraceHeader("finding.elf", "0".repeat(64), 3, 1, Map.of(), List.of("tlbscope"), "test");
    try (TraceFileWriter writer = new TraceFileWriter(Files.newOutputStream(file), header)) {
      play(writer);
      writer.finish(new TraceTrailer(violations, SYMBOLS, Map.of("format", 1)));
    }
    return file;
  }
}
