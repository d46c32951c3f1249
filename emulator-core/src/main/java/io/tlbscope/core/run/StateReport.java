package io.tlbscope.core.run;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.DecodeResult;
import io.tlbscope.core.isa.Decoder;
import io.tlbscope.core.isa.Disassembler;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.vcpu.FaultRecord;
import io.tlbscope.core.vcpu.Processor;
import java.util.List;
import java.util.Locale;

/**
 * What a person needs to see of a vCPU when a run ends badly: registers, fault chain, the code it
 * was at.
 */
final class StateReport {
  private static final String[] GENERAL = {
    "RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8 ", "R9 ", "R10", "R11", "R12",
    "R13", "R14", "R15"
  };
  private static final String[] EXCEPTIONS = {
    "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "?", "#TS", "#NP", "#SS", "#GP",
    "#PF", "?", "#MF", "#AC", "#MC", "#XM"
  };

  /** Instructions disassembled from the one that failed on. */
  private static final int CODE_LINES = 6;

  private final PluginContext.Symbols symbols;
  private final StringBuilder out = new StringBuilder();

  private StateReport(PluginContext.Symbols symbols) {
    this.symbols = symbols;
  }

  /**
   * Multi-line text, no trailing newline.
   *
   * @param recent offsets of the blocks that ran last, oldest first; may be empty
   */
  static String of(Processor cpu, PluginContext.Symbols symbols, List<Long> recent) {
    StateReport report = new StateReport(symbols);
    report.registers(cpu);
    report.recent(recent);
    report.chain(cpu);
    report.code(cpu, cpu.faultChain.isEmpty() ? cpu.rip() : cpu.faultChain.getFirst().rip());
    return report.out.toString().stripTrailing();
  }

  private void line(String format, Object... arguments) {
    out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private void registers(Processor cpu) {
    CpuState s = cpu.s;
    line("CPU %d, %d instructions retired, CPL %d", cpu.index(), cpu.retired(), s.cpl);
    line("RIP %016x %s", cpu.rip(), symbols.at(cpu.rip()));
    line("RFLAGS %08x", cpu.rflags());
    for (int i = 0; i < 16; i += 4) {
      line(
          "%s %016x  %s %016x  %s %016x  %s %016x",
          GENERAL[i],
          s.r[i],
          GENERAL[i + 1],
          s.r[i + 1],
          GENERAL[i + 2],
          s.r[i + 2],
          GENERAL[i + 3],
          s.r[i + 3]);
    }
    line("CR0 %08x  CR2 %016x  CR3 %016x  CR4 %08x  EFER %x", s.cr0, s.cr2, s.cr3, s.cr4, s.efer);
    String[] names = {"ES", "CS", "SS", "DS", "FS", "GS"};
    for (int i = 0; i < names.length; i++) {
      Segment segment = s.segments[i];
      line(
          "%s %04x base %016x limit %08x attributes %04x",
          names[i], segment.selector, segment.base, segment.limit, segment.attributes);
    }
    line(
        "GDT %016x+%04x  IDT %016x+%04x  TR %04x",
        s.gdtBase, s.gdtLimit, s.idtBase, s.idtLimit, s.tr.selector);
  }

  private void recent(List<Long> recent) {
    if (!recent.isEmpty()) {
      line("last blocks of code, oldest first:");
      for (long rip : recent) {
        line("  %016x %s", rip, symbols.at(rip));
      }
    }
  }

  private void chain(Processor cpu) {
    if (!cpu.faultChain.isEmpty()) {
      line("exceptions that led here, first one first:");
      for (FaultRecord fault : cpu.faultChain) {
        String name = fault.vector() < EXCEPTIONS.length ? EXCEPTIONS[fault.vector()] : "?";
        line(
            "  %s (vector %d), error code 0x%x, at %016x %s, CR2 %016x",
            name,
            fault.vector(),
            fault.errorCode(),
            fault.rip(),
            symbols.at(fault.rip()),
            fault.cr2());
      }
    }
  }

  private void code(Processor cpu, long start) {
    CodeMode mode =
        cpu.s.code64()
            ? CodeMode.BITS64
            : cpu.s.segments[Segment.CS].big() ? CodeMode.BITS32 : CodeMode.BITS16;
    line("code:");
    long rip = start;
    for (int i = 0; i < CODE_LINES; i++) {
      byte[] bytes = bytes(cpu, rip);
      if (bytes.length == 0) {
        line("  %016x (not mapped)", rip);
        return;
      }
      DecodeResult result = Decoder.decode(mode, bytes, 0, bytes.length);
      int length = Math.max(1, result.length());
      StringBuilder hex = new StringBuilder();
      for (int b = 0; b < Math.min(length, bytes.length); b++) {
        hex.append(String.format(Locale.ROOT, "%02x ", bytes[b]));
      }
      line("  %016x %-32s %s", rip, hex, Disassembler.text(result, rip));
      rip += length;
    }
  }

  private static byte[] bytes(Processor cpu, long rip) {
    long linear = rip + (cpu.s.code64() ? 0 : cpu.s.segments[Segment.CS].base);
    byte[] bytes = new byte[15];
    for (int i = 0; i < bytes.length; i++) {
      long pa = cpu.translate(linear + i);
      if (pa == -1 || !cpu.machine().physical().isRam(pa)) {
        return java.util.Arrays.copyOf(bytes, i);
      }
      bytes[i] = (byte) cpu.machine().physical().read(pa, 1);
    }
    return bytes;
  }
}
