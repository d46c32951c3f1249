package io.tlbscope.core.run;

import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.DecodeResult;
import io.tlbscope.core.isa.Decoder;
import io.tlbscope.core.isa.Disassembler;
import io.tlbscope.core.isa.Undecoded;
import io.tlbscope.core.plugin.CodeLine;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The instructions around the places that a violation names. They are read when it is recorded,
 * through the page tables of the vCPU that was there: later its code may have been unmapped or
 * overwritten.
 *
 * <p>Where instructions begin before a RIP is not written anywhere. They are decoded from the start
 * of its function; where that is unknown or does not lead to the RIP, the way counts on which most
 * starting points nearby agree.
 */
final class CodeAround {
  /** Instructions shown on either side. */
  static final int SIDE = 4;

  private static final int LONGEST = 15;

  /** Bytes before a RIP from which a way to it is tried where its function's start is unknown. */
  private static final int NEAR = 64;

  /** Longer functions are not decoded from their start. */
  private static final int FAR = 1 << 14;

  private static final int PAGE = 4096;

  /** What a RIP's surroundings were when they were decoded last. */
  private record Decoded(CodeMode mode, long from, byte[] bytes, List<CodeLine> lines) {}

  private final Processor[] processors;
  private final PluginContext.Symbols symbols;
  private final Map<Long, Decoded> last = new ConcurrentHashMap<>();

  CodeAround(Processor[] processors, PluginContext.Symbols symbols) {
    this.processors = processors;
    this.symbols = symbols;
  }

  /** The violation with the code around its own RIP and around every place in its details. */
  Violation complete(Violation violation) {
    Map<Long, List<CodeLine>> code = new LinkedHashMap<>();
    add(code, violation.cpu(), violation.rip(), violation.cpu());
    for (Object each : violation.details().values()) {
      if (each instanceof Map<?, ?> place
          && place.get("rip") instanceof String rip
          && place.get("cpu") instanceof Number cpu) {
        add(code, cpu.intValue(), Long.parseUnsignedLong(rip.substring(2), 16), violation.cpu());
      }
    }
    return violation.withCode(code);
  }

  /**
   * Adds what is there, nothing where the RIP is mapped on neither vCPU: the one that was there may
   * have changed its address space since.
   */
  private void add(Map<Long, List<CodeLine>> code, int index, long rip, int other) {
    for (int cpu : new int[] {index, other}) {
      if (cpu >= 0 && cpu < processors.length && !code.containsKey(rip)) {
        List<CodeLine> lines = lines(processors[cpu], rip);
        if (!lines.isEmpty()) {
          code.put(rip, lines);
        }
      }
    }
  }

  private List<CodeLine> lines(Processor cpu, long rip) {
    CodeMode mode =
        cpu.s.code64()
            ? CodeMode.BITS64
            : cpu.s.segments[Segment.CS].big() ? CodeMode.BITS32 : CodeMode.BITS16;
    long base = mode == CodeMode.BITS64 ? 0 : cpu.s.segments[Segment.CS].base;
    int reach = Math.max(NEAR, intoFunction(rip));
    byte[] before = mappedBefore(cpu, base + rip, reach);
    byte[] after = mapped(cpu, base + rip, (SIDE + 1) * LONGEST);
    if (after.length == 0) {
      return List.of();
    }
    byte[] bytes = Arrays.copyOf(before, before.length + after.length);
    System.arraycopy(after, 0, bytes, before.length, after.length);
    long from = rip - before.length;
    Decoded known = last.get(rip);
    if (known != null
        && known.mode == mode
        && known.from == from
        && Arrays.equals(known.bytes, bytes)) {
      return known.lines;
    }
    List<CodeLine> lines = decode(mode, bytes, from, before.length);
    last.put(rip, new Decoded(mode, from, bytes, lines));
    return lines;
  }

  /** Bytes from the start of the function that the instruction before belongs to; 0 if unknown. */
  private int intoFunction(long rip) {
    String before = symbols.at(rip - 1);
    int plus = before.lastIndexOf("+0x");
    if (before.isEmpty()) {
      return 0;
    }
    long offset = plus < 0 ? 0 : Long.parseUnsignedLong(before.substring(plus + 3), 16);
    return offset >= 0 && offset < FAR ? (int) offset + 1 : 0;
  }

  /** Up to {@code count} bytes from a linear address, less where a page is not RAM. */
  private static byte[] mapped(Processor cpu, long linear, int count) {
    byte[] bytes = new byte[count];
    PhysicalAccess memory = cpu.machine().physical();
    long page = -1;
    for (int n = 0; n < count; n++) {
      long va = linear + n;
      if (n == 0 || (va & PAGE - 1) == 0) {
        page = cpu.translate(va & -PAGE);
        if (page == -1 || !memory.isRam(page)) {
          return Arrays.copyOf(bytes, n);
        }
      }
      bytes[n] = (byte) memory.read(page + (va & PAGE - 1), 1);
    }
    return bytes;
  }

  /** Up to {@code count} bytes that end before a linear address. */
  private static byte[] mappedBefore(Processor cpu, long linear, int count) {
    byte[] bytes = new byte[count];
    int have = 0;
    while (have < count) {
      // From the start of a page, or from where the wish begins within it.
      long end = linear - have;
      int size = (int) Math.min(count - have, (end - 1 & PAGE - 1) + 1);
      byte[] part = mapped(cpu, end - size, size);
      if (part.length < size) {
        break;
      }
      System.arraycopy(part, 0, bytes, count - have - size, size);
      have += size;
    }
    return Arrays.copyOfRange(bytes, count - have, count);
  }

  private List<CodeLine> decode(CodeMode mode, byte[] bytes, long from, int here) {
    List<Integer> starts = new ArrayList<>(before(mode, bytes, here, intoFunction(from + here)));
    int offset = here;
    for (int n = 0; n <= SIDE && offset < bytes.length; n++) {
      starts.add(offset);
      offset += length(mode, bytes, offset, bytes.length);
    }
    List<CodeLine> lines = new ArrayList<>();
    for (int start : starts) {
      DecodeResult result = decode(mode, bytes, start, bytes.length);
      if (start > here && start + LONGEST > bytes.length && result instanceof Undecoded) {
        // The rest of the instruction is not mapped or was not read.
        break;
      }
      int end = Math.min(bytes.length, start + Math.max(1, result.length()));
      lines.add(
          new CodeLine(
              from + start,
              symbols.at(from + start),
              HexFormat.of().formatHex(bytes, start, end),
              Disassembler.text(result, from + start)));
    }
    return List.copyOf(lines);
  }

  /** Where the last few instructions before {@code here} start. */
  private static List<Integer> before(CodeMode mode, byte[] bytes, int here, int intoFunction) {
    if (intoFunction > 0 && intoFunction <= here) {
      List<Integer> way = way(mode, bytes, here - intoFunction, here);
      if (way != null) {
        return way;
      }
    }
    Map<List<Integer>, Integer> votes = new LinkedHashMap<>();
    for (int start = Math.max(0, here - NEAR); start < here; start++) {
      List<Integer> way = way(mode, bytes, start, here);
      if (way != null) {
        votes.merge(way, 1, Integer::sum);
      }
    }
    List<Integer> best = List.of();
    int most = 0;
    for (Map.Entry<List<Integer>, Integer> vote : votes.entrySet()) {
      if (vote.getValue() > most) {
        most = vote.getValue();
        best = vote.getKey();
      }
    }
    return best;
  }

  /** The last few instructions on the way from one offset to another; null if it leads past it. */
  private static List<Integer> way(CodeMode mode, byte[] bytes, int start, int here) {
    List<Integer> way = new ArrayList<>();
    int offset = start;
    while (offset < here) {
      DecodeResult result = decode(mode, bytes, offset, here);
      if (result instanceof Undecoded) {
        return null;
      }
      way.add(offset);
      offset += result.length();
    }
    return offset == here ? way.subList(Math.max(0, way.size() - SIDE), way.size()) : null;
  }

  private static int length(CodeMode mode, byte[] bytes, int offset, int end) {
    return Math.max(1, decode(mode, bytes, offset, end).length());
  }

  private static DecodeResult decode(CodeMode mode, byte[] bytes, int offset, int end) {
    return Decoder.decode(mode, bytes, offset, Math.min(LONGEST, end - offset));
  }
}
