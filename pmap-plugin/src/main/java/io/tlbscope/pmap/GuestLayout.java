package io.tlbscope.pmap;

import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.PluginOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the guest keeps its shootdown state: what both protocols need, and where each protocol's
 * own lies.
 *
 * @param scoreboard null when the guest has none
 * @param serial null when the guest has no serial record
 */
record GuestLayout(
    ScoreboardLayout scoreboard,
    SerialLayout serial,
    int vector,
    int pmCr3,
    int pmUcr3,
    int pmPcids,
    long kernelPmap,
    int cpus) {
  private static final String[][] ITEMS = {
    {"vector", "IPI_INVLOP_VECTOR", "vector of IPI_INVLOP"},
    {"pm-cr3", "PM_CR3", "offset of pm_cr3 in a pmap"},
    {"pm-ucr3", "PM_UCR3", "offset of pm_ucr3"},
    {"pm-pcids", "PM_PCIDS", "offset of pm_pcids (uint32 pcid, uint32 gen for each CPU)"},
    {"kernel-pmap", "kernel_pmap", "the kernel's own pmap"},
  };

  static List<PluginOption> options() {
    List<PluginOption> options = new ArrayList<>();
    for (String[][] items : List.of(ScoreboardLayout.ITEMS, SerialLayout.ITEMS, ITEMS)) {
      for (String[] item : items) {
        options.add(new PluginOption(item[0], item[1], item[2]));
      }
    }
    return options;
  }

  /**
   * Finds the items in the guest.
   *
   * @return empty when the guest has no shootdown state at all: there is nothing to follow
   * @throws PluginException naming every item that is missing where some exist
   */
  static Optional<GuestLayout> find(PluginContext context) throws PluginException {
    GuestItems items = new GuestItems(context);
    boolean serial = items.has("serial-request");
    boolean scoreboard = items.has("scoreboard") || items.has("vector") && !serial;
    if (!scoreboard && !serial) {
      return Optional.empty();
    }
    int cpus = context.machine().vcpuCount();
    ScoreboardLayout parallel = scoreboard ? ScoreboardLayout.of(items, cpus) : null;
    SerialLayout global = serial ? SerialLayout.of(items) : null;
    long[] found = items.values(ITEMS);
    items.requireAll();
    return Optional.of(
        new GuestLayout(
            parallel,
            global,
            (int) found[0],
            (int) found[1],
            (int) found[2],
            (int) found[3],
            found[4],
            cpus));
  }

  /** What is followed, for the summary. */
  String follows() {
    return scoreboard == null
        ? "serial record"
        : serial == null ? "scoreboard" : "scoreboard and serial record";
  }
}
