package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.DecodeResult;
import io.tlbscope.core.isa.Decoder;
import io.tlbscope.core.isa.Disassembler;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Two engines' ends of the same instructions, for whoever has to find out why they differ. */
final class DifferenceReport {
  private static final String[] NAMES = {
    "RAX",
    "RCX",
    "RDX",
    "RBX",
    "RSP",
    "RBP",
    "RSI",
    "RDI",
    "R8",
    "R9",
    "R10",
    "R11",
    "R12",
    "R13",
    "R14",
    "R15",
    "zero slot",
    "ES base",
    "CS base",
    "SS base",
    "DS base",
    "FS base",
    "GS base"
  };

  /** Cells of memory shown. */
  private static final int CELLS = 16;

  private final List<Item> items = new ArrayList<>();
  private final long instructions;
  private final long rip;
  private final StringBuilder out = new StringBuilder();

  /** A register or a cell of memory: before, and as each engine left it. */
  record Item(String name, long before, long translator, long interpreter) {
    boolean differs() {
      return translator != interpreter;
    }
  }

  /**
   * @param cells memory that differs
   */
  DifferenceReport(
      StateCopy before, StateCopy translator, StateCopy interpreter, List<Item> cells) {
    instructions = translator.retired - before.retired;
    rip = translator.rip;
    items.add(new Item("RIP", before.rip, translator.rip, interpreter.rip));
    items.add(new Item("retired", before.retired, translator.retired, interpreter.retired));
    items.add(new Item("RFLAGS", before.rflags, translator.rflags, interpreter.rflags));
    items.add(new Item("MXCSR", before.mxcsr, translator.mxcsr, interpreter.mxcsr));
    for (int i = 0; i < CpuState.TEMPORARIES; i++) {
      items.add(new Item(NAMES[i], before.r[i], translator.r[i], interpreter.r[i]));
    }
    for (int i = 0; i < StateCopy.XMM_QUADWORDS; i++) {
      String name = "XMM" + i / 2 + (i % 2 == 0 ? " low" : " high");
      items.add(new Item(name, before.xmm[i], translator.xmm[i], interpreter.xmm[i]));
    }
    x87(before.x87, translator.x87, interpreter.x87);
    items.addAll(cells.subList(0, Math.min(CELLS, cells.size())));
  }

  private void x87(X87State before, X87State translator, X87State interpreter) {
    item("FCW", before.control, translator.control, interpreter.control);
    item("FSW", before.statusWord(), translator.statusWord(), interpreter.statusWord());
    item("FTW", before.used, translator.used, interpreter.used);
    item("FIP", before.ip, translator.ip, interpreter.ip);
    item("FDP", before.dp, translator.dp, interpreter.dp);
    item("FOP", before.opcode, translator.opcode, interpreter.opcode);
    for (int n = 0; n < 8; n++) {
      String name = "FPR" + n;
      item(
          name + " sign and exponent",
          before.signExponent[n],
          translator.signExponent[n],
          interpreter.signExponent[n]);
      item(
          name + " significand",
          before.significand[n],
          translator.significand[n],
          interpreter.significand[n]);
    }
  }

  private void item(String name, long before, long translator, long interpreter) {
    items.add(new Item(name, before, translator, interpreter));
  }

  /** The named error that ends the run. */
  EmulatorError error(Processor cpu, Region region, RegionExit exit, CodeMode mode) {
    Item first = items.stream().filter(Item::differs).findFirst().orElseThrow();
    line("disassembly of the region, its head at %x:", region.rip);
    disassemble(region, mode);
    line("state, * where the engines differ:");
    line("  %-28s %16s %16s %16s", "", "before", "by translator", "by interpreter");
    for (Item item : items) {
      line(
          "%s %-28s %016x %016x %016x",
          item.differs() ? "*" : " ", item.name, item.before, item.translator, item.interpreter);
    }
    return new EmulatorError(
        "engine-difference",
        String.format(
            Locale.ROOT,
            "CPU %d, region at %x left at %x (%s) after %d instructions: %s is %x by translator, %x by interpreter",
            cpu.index(),
            region.rip,
            rip,
            exit.why().text,
            instructions,
            first.name,
            first.translator,
            first.interpreter),
        out.toString());
  }

  private void disassemble(Region region, CodeMode mode) {
    Set<Long> seen = new HashSet<>();
    region.pieces.stream()
        .sorted(Comparator.comparingLong(region::va))
        .filter(piece -> seen.add(region.va(piece)))
        .forEach(piece -> disassemble(region.va(piece), piece.bytes(), mode));
  }

  private void disassemble(long va, byte[] bytes, CodeMode mode) {
    int at = 0;
    while (at < bytes.length) {
      DecodeResult result = Decoder.decode(mode, bytes, at, bytes.length - at);
      int length = Math.max(1, result.length());
      StringBuilder hex = new StringBuilder();
      for (int i = at; i < Math.min(at + length, bytes.length); i++) {
        hex.append(String.format(Locale.ROOT, "%02x ", bytes[i]));
      }
      line("  %016x %-32s %s", va + at, hex, Disassembler.text(result, va + at));
      at += length;
    }
    line("  --");
  }

  private void line(String format, Object... arguments) {
    out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
