package io.tlbscope.core.gdb;

import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/** What gdb's {@code monitor} shows: TLBs, and what plugins offer. */
final class Monitor {
  private final Processor[] cpus;
  private final Map<String, Supplier<String>> views;

  /**
   * @param views texts by the words that ask for them; may grow
   */
  Monitor(Processor[] cpus, Map<String, Supplier<String>> views) {
    this.cpus = cpus;
    this.views = views;
  }

  /**
   * @param cpu chosen in gdb
   */
  String run(String command, Processor cpu) {
    String[] words = command.trim().split("\\s+");
    if (words[0].equals("tlb") && words.length <= 2) {
      return tlb(words.length == 1 ? String.valueOf(cpu.index()) : words[1]);
    }
    Supplier<String> view = words.length == 1 ? views.get(words[0]) : null;
    return view == null ? help() : view.get();
  }

  private String help() {
    StringBuilder text = new StringBuilder("monitor tlb [CPU]   entries of a CPU's TLB\n");
    new TreeSet<>(views.keySet())
        .forEach(name -> text.append("monitor ").append(name).append('\n'));
    return text.toString();
  }

  private String tlb(String number) {
    if (!number.matches("[0-9]{1,3}") || Integer.parseInt(number) >= cpus.length) {
      return "no CPU " + number + ": there are 0 to " + (cpus.length - 1) + "\n";
    }
    Processor cpu = cpus[Integer.parseInt(number)];
    StringBuilder text =
        new StringBuilder(
            "CPU %d, PCID %d: level, linear address, physical address, size, PCID, rights\n"
                .formatted(cpu.index(), cpu.pcid()));
    cpu.tlb().entries().forEach(entry -> line(entry, text));
    cpu.tlb().structureEntries().forEach(entry -> line(entry, text));
    return text.toString();
  }

  private static void line(TlbEntry entry, StringBuilder text) {
    text.append(
        "%-8s %016x %012x %5s %s %s%s%s%s%n"
            .formatted(
                entry.level(),
                entry.va(),
                entry.pa(),
                size(entry.pageShift()),
                entry.global() ? "   G" : "%4d".formatted(entry.pcid()),
                entry.writable() ? "w" : "-",
                entry.user() ? "u" : "-",
                entry.executable() ? "x" : "-",
                entry.dirty() ? "d" : "-"));
  }

  private static String size(int shift) {
    String[] units = {"", "K", "M", "G", "T", "P"};
    return (1 << shift % 10) + units[shift / 10];
  }
}
