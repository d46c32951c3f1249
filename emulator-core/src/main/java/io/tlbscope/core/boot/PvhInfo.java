package io.tlbscope.core.boot;

import io.tlbscope.core.device.MemoryRange;
import java.util.List;

/**
 * The start information of the PVH protocol (Xen's hvm_start_info, version 1) and what it points
 * to, as one block.
 *
 * <pre>
 *   0 magic  4 version  8 flags  12 modules  16 module list  24 command line  32 RSDP  40 memory map  48 its entries
 * </pre>
 */
final class PvhInfo {
  private static final int MAGIC = 0x336E_C578, STRUCTURE = 56, MODULES = 16, TEXT = 24, MAP = 40;

  private PvhInfo() {}

  static byte[] build(
      long pa, String commandLine, List<MultibootInfo.Module> modules, List<MemoryRange> map) {
    TableBuilder info = new TableBuilder().u32(MAGIC).u32(1).u32(0).u32(modules.size());
    info.zeros(16).u64(Placement.ACPI).zeros(8).u32(map.size()).u32(0);
    info.put32(MAP, pa + STRUCTURE);
    for (MemoryRange range : map) {
      info.u64(range.pa()).u64(range.bytes()).u32(range.type()).u32(0);
    }
    info.put32(MODULES, pa + info.size());
    for (MultibootInfo.Module module : modules) {
      info.u64(module.start()).u64(module.end() - module.start()).u64(0).u64(0);
    }
    info.put32(TEXT, pa + info.size()).zeroTerminated(commandLine);
    return info.build();
  }
}
