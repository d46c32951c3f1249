package io.tlbscope.pmap;

import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.plugin.PluginException;

/**
 * Where a guest with parallel shootdowns keeps them, in physical addresses.
 *
 * <pre>
 *   scoreboard[target * stride + initiator]          uint32, 0 = a request waits
 *   pcpu + initiator * pcpuStride + gen, op, ...     the initiator's request record
 * </pre>
 */
record ScoreboardLayout(
    long scoreboard,
    int stride,
    long pcpu,
    long pcpuStride,
    int addr1,
    int addr2,
    int pmap,
    int gen,
    int op,
    int cpus) {
  static final String[][] ITEMS = {
    {"scoreboard", "invl_scoreboard", "array of generations, row = target, column = initiator"},
    {"scoreboard-stride", "invl_scoreboard_stride", "uint32s in a row of the scoreboard"},
    {"pcpu", "__pcpu", "array of per-CPU areas"},
    {"pcpu-stride", "PCPU_STRIDE", "bytes of a per-CPU area"},
    {"addr1", "PC_SMP_TLB_ADDR1", "offset of smp_tlb_addr1 in a per-CPU area"},
    {"addr2", "PC_SMP_TLB_ADDR2", "offset of smp_tlb_addr2"},
    {"pmap", "PC_SMP_TLB_PMAP", "offset of smp_tlb_pmap"},
    {"gen", "PC_SMP_TLB_GEN", "offset of smp_tlb_gen"},
    {"op", "PC_SMP_TLB_OP", "offset of smp_tlb_op"},
  };

  static ScoreboardLayout of(GuestItems items, int cpus) throws PluginException {
    long[] found = items.values(ITEMS);
    return new ScoreboardLayout(
        items.physical(found[0]),
        (int) found[1],
        items.physical(found[2]),
        found[3],
        (int) found[4],
        (int) found[5],
        (int) found[6],
        (int) found[7],
        (int) found[8],
        cpus);
  }

  /** Watches the pages that hold the scoreboard and the records. */
  void watch(PhysicalAccess memory) {
    for (long page = scoreboard >>> 12; page <= end() - 1 >>> 12; page++) {
      memory.watch(page << 12, true, true);
    }
    long watched = -1;
    for (int cpu = 0; cpu < cpus; cpu++) {
      long first =
          record(cpu, Math.min(Math.min(addr1, addr2), Math.min(pmap, Math.min(gen, op)))) >>> 12;
      long last =
          record(cpu, Math.max(Math.max(addr1, addr2), Math.max(pmap, Math.max(gen, op))) + 7)
              >>> 12;
      for (long page = Math.max(first, watched + 1); page <= last; page++) {
        memory.watch(page << 12, true, true);
        watched = page;
      }
    }
  }

  /** Physical address of a slot. */
  long slot(int target, int initiator) {
    return scoreboard + 4L * ((long) target * stride + initiator);
  }

  /** Whether the address is in the rows of the CPUs that exist. */
  boolean holds(long pa) {
    return pa >= scoreboard && pa < end();
  }

  private long end() {
    return slot(cpus - 1, cpus - 1) + 4;
  }

  /** Row of the slot at this address. */
  int target(long pa) {
    return (int) ((pa - scoreboard >> 2) / stride);
  }

  /** Column of the slot at this address; not below {@link #cpus} in the padding of a row. */
  int initiator(long pa) {
    return (int) ((pa - scoreboard >> 2) % stride);
  }

  /** Physical address of an item of a CPU's request record. */
  long record(int cpu, int offset) {
    return pcpu + cpu * pcpuStride + offset;
  }

  /** CPU whose per-CPU area holds the address, or -1. */
  int owner(long pa) {
    long offset = pa - pcpu;
    if (offset < 0) {
      return -1;
    }
    long cpu = offset / pcpuStride;
    return cpu < cpus ? (int) cpu : -1;
  }

  boolean touchesRecord(int cpu, long pa, int size) {
    return touches(pa, size, record(cpu, addr1), 8)
        || touches(pa, size, record(cpu, addr2), 8)
        || touches(pa, size, record(cpu, pmap), 8)
        || touchesGeneration(cpu, pa, size)
        || touches(pa, size, record(cpu, op), 4);
  }

  boolean touchesGeneration(int cpu, long pa, int size) {
    return touches(pa, size, record(cpu, gen), 4);
  }

  /** Whether [pa, pa + size) and [start, start + length) have a byte in common. */
  static boolean touches(long pa, int size, long start, int length) {
    return pa < start + length && pa + size > start;
  }
}
