package io.tlbscope.core.boot;

import io.tlbscope.core.device.MemoryRange;
import io.tlbscope.core.plugin.PluginContext;
import java.util.List;

/**
 * A guest that has been loaded.
 *
 * @param kind how it was loaded
 * @param entry the boot processor's registers
 * @param symbols the image's symbols, empty where it has none
 * @param memoryMap what the guest is told about memory
 * @param roomForTables false where a flat image lies over the place of {@link FirmwareTables}
 */
public record GuestImage(
    Kind kind,
    EntryState entry,
    PluginContext.Symbols symbols,
    List<MemoryRange> memoryMap,
    boolean roomForTables) {
  /** Ways in. */
  public enum Kind {
    MULTIBOOT,
    LINUX,
    PVH,
    FLAT
  }

  public GuestImage {
    memoryMap = List.copyOf(memoryMap);
  }
}
