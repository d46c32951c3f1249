package io.tlbscope.core.boot;

import io.tlbscope.core.device.MemoryRange;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The Multiboot information structure (specification 3.3) and what it points to, as one block. */
final class MultibootInfo {
  /** Flags: mem_*, cmdline, mods_*, mmap_*, boot_loader_name. */
  private static final int FLAGS = 1 | 1 << 2 | 1 << 3 | 1 << 6 | 1 << 9;

  private static final int STRUCTURE = 116,
      CMDLINE = 16,
      MODS_COUNT = 20,
      MODS_ADDRESS = 24,
      MMAP_LENGTH = 44,
      MMAP_ADDRESS = 48,
      LOADER_NAME = 64;

  private MultibootInfo() {}

  /** A module: its range and its string. */
  record Module(long start, long end, String text) {}

  static byte[] build(
      long pa, long lowEnd, String commandLine, List<Module> modules, List<MemoryRange> map) {
    TableBuilder info = new TableBuilder().u32(FLAGS).u32(Placement.LOW_END >> 10);
    info.u32(lowEnd - Placement.HIGH >> 10).zeros(STRUCTURE - 12);
    info.put32(MMAP_ADDRESS, pa + info.size());
    for (MemoryRange range : map) {
      info.u32(20).u64(range.pa()).u64(range.bytes()).u32(range.type());
    }
    info.put32(MMAP_LENGTH, pa + info.size() - mmap(pa));
    info.put32(MODS_COUNT, modules.size()).put32(MODS_ADDRESS, pa + info.size());
    long text = pa + info.size() + 16L * modules.size();
    for (Module module : modules) {
      info.u32(module.start).u32(module.end).u32(text).u32(0);
      text += module.text.getBytes(StandardCharsets.UTF_8).length + 1;
    }
    modules.forEach(module -> info.zeroTerminated(module.text));
    info.put32(CMDLINE, pa + info.size()).zeroTerminated(commandLine);
    info.put32(LOADER_NAME, pa + info.size()).zeroTerminated("tlbscope");
    return info.build();
  }

  private static long mmap(long pa) {
    return pa + STRUCTURE;
  }
}
