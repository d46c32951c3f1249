package io.tlbscope.pmap;

import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.PluginOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the guest keeps its shootdown state, in physical addresses.
 *
 * <pre>
 *   scoreboard[target * stride + initiator]          uint32, 0 = a request waits
 *   pcpu + initiator * pcpuStride + gen, op, ...     the initiator's request record
 * </pre>
 *
 * Each item is an option whose value is a symbol of the guest or a number (decimal or 0x...).
 */
record GuestLayout(
    long scoreboard,
    int stride,
    long pcpu,
    long pcpuStride,
    int addr1,
    int addr2,
    int pmap,
    int gen,
    int op,
    int vector,
    int pmCr3,
    int pmUcr3,
    int pmPcids,
    long kernelPmap,
    int cpus) {
  private static final String[][] ITEMS = {
    {"scoreboard", "invl_scoreboard", "array of generations, row = target, column = initiator"},
    {"scoreboard-stride", "invl_scoreboard_stride", "uint32s in a row of the scoreboard"},
    {"pcpu", "__pcpu", "array of per-CPU areas"},
    {"pcpu-stride", "PCPU_STRIDE", "bytes of a per-CPU area"},
    {"addr1", "PC_SMP_TLB_ADDR1", "offset of smp_tlb_addr1 in a per-CPU area"},
    {"addr2", "PC_SMP_TLB_ADDR2", "offset of smp_tlb_addr2"},
    {"pmap", "PC_SMP_TLB_PMAP", "offset of smp_tlb_pmap"},
    {"gen", "PC_SMP_TLB_GEN", "offset of smp_tlb_gen"},
    {"op", "PC_SMP_TLB_OP", "offset of smp_tlb_op"},
    {"vector", "IPI_INVLOP_VECTOR", "vector of IPI_INVLOP"},
    {"pm-cr3", "PM_CR3", "offset of pm_cr3 in a pmap"},
    {"pm-ucr3", "PM_UCR3", "offset of pm_ucr3"},
    {"pm-pcids", "PM_PCIDS", "offset of pm_pcids (uint32 pcid, uint32 gen for each CPU)"},
    {"kernel-pmap", "kernel_pmap", "the kernel's own pmap"},
  };

  static List<PluginOption> options() {
    List<PluginOption> options = new ArrayList<>();
    for (String[] item : ITEMS) {
      options.add(new PluginOption(item[0], item[1], item[2]));
    }
    return options;
  }

  /**
   * Finds the items in the guest.
   *
   * @return empty when the guest has neither scoreboard nor per-CPU areas: there is nothing to follow
   * @throws PluginException naming every item that is missing where some exist
   */
  static Optional<GuestLayout> find(PluginContext context) throws PluginException {
    if (value(context, "scoreboard").isEmpty() && value(context, "vector").isEmpty()) {
      return Optional.empty();
    }
    long[] found = new long[ITEMS.length];
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < ITEMS.length; i++) {
      OptionalLong value = value(context, ITEMS[i][0]);
      if (value.isEmpty()) {
        missing.add(ITEMS[i][0] + "=" + context.option(ITEMS[i][0]));
      }
      found[i] = value.orElse(0);
    }
    if (!missing.isEmpty()) {
      throw new PluginException(
          "plugin pmap: the guest lacks what these options name: "
              + String.join(", ", missing)
              + "; give each as a symbol of the guest or as a number, or link the guest with its symbols");
    }
    PluginContext.Symbols symbols = context.symbols();
    return Optional.of(
        new GuestLayout(
            symbols.physical(found[0]), (int) found[1], symbols.physical(found[2]), found[3], (int) found[4],
            (int) found[5], (int) found[6], (int) found[7], (int) found[8], (int) found[9], (int) found[10],
            (int) found[11], (int) found[12], found[13], context.machine().vcpuCount()));
  }

  private static OptionalLong value(PluginContext context, String key) throws PluginException {
    String text = context.option(key);
    if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
      try {
        return OptionalLong.of(Long.decode(text));
      } catch (NumberFormatException e) {
        throw new PluginException("plugin pmap: " + key + "=" + text + " is neither a symbol nor a number", e);
      }
    }
    Optional<Long> address = context.symbols().address(text);
    return address.isPresent() ? OptionalLong.of(address.get()) : OptionalLong.empty();
  }

  /** Physical address of a slot. */
  long slot(int target, int initiator) {
    return scoreboard + 4L * ((long) target * stride + initiator);
  }

  /** Physical address of an item of a CPU's request record. */
  long record(int cpu, int offset) {
    return pcpu + cpu * pcpuStride + offset;
  }

  /** First byte past the rows of the CPUs that exist. */
  long scoreboardEnd() {
    return slot(cpus - 1, cpus - 1) + 4;
  }

  /** First and last byte of the record inside a per-CPU area. */
  int recordStart() {
    return Math.min(Math.min(addr1, addr2), Math.min(pmap, Math.min(gen, op)));
  }

  int recordEnd() {
    return Math.max(Math.max(addr1 + 8, addr2 + 8), Math.max(pmap + 8, Math.max(gen + 4, op + 4)));
  }
}
