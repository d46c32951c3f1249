package io.tlbscope.pmap;

import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.plugin.PluginException;

/**
 * Where a guest with serial shootdowns keeps the one that runs, in physical addresses.
 *
 * <pre>
 *   smp_tlb_request    addr1, addr2, pmap, op, initiator: the only record of the machine
 *   smp_tlb_wait       uint32, how many targets have answered
 * </pre>
 */
record SerialLayout(
    long request, long waiting, int addr1, int addr2, int pmap, int op, int initiator) {
  static final String[][] ITEMS = {
    {
      "serial-request",
      "smp_tlb_request",
      "the one record of a guest with serial shootdowns; absent: none are followed"
    },
    {"serial-wait", "smp_tlb_wait", "count of targets that answered it"},
    {"serial-addr1", "SR_ADDR1", "offset of the first address in it"},
    {"serial-addr2", "SR_ADDR2", "offset of the second address"},
    {"serial-pmap", "SR_PMAP", "offset of the pmap"},
    {"serial-op", "SR_OP", "offset of the operation"},
    {"serial-initiator", "SR_INITIATOR", "offset of the initiator"},
  };

  static SerialLayout of(GuestItems items) throws PluginException {
    long[] found = items.values(ITEMS);
    return new SerialLayout(
        items.physical(found[0]),
        items.physical(found[1]),
        (int) found[2],
        (int) found[3],
        (int) found[4],
        (int) found[5],
        (int) found[6]);
  }

  /** Watches the pages that hold record and counter. */
  void watch(PhysicalAccess memory) {
    long first = request >>> 12;
    long last =
        request + Math.max(Math.max(addr1, addr2), Math.max(pmap, Math.max(op, initiator))) + 7
            >>> 12;
    for (long page = first; page <= last; page++) {
      memory.watch(page << 12, true, true);
    }
    long counter = waiting >>> 12;
    if (counter < first || counter > last) {
      memory.watch(counter << 12, true, true);
    }
  }

  /** Whether the access covers the whole counter. */
  boolean isCounter(long pa, int size) {
    return pa <= waiting && pa + size >= waiting + 4;
  }

  /** The counter among the bytes of such an access. */
  int counter(long pa, long value) {
    return (int) (value >>> 8 * (waiting - pa));
  }

  boolean touchesRecord(long pa, int size) {
    return ScoreboardLayout.touches(pa, size, request + addr1, 8)
        || ScoreboardLayout.touches(pa, size, request + addr2, 8)
        || ScoreboardLayout.touches(pa, size, request + pmap, 8)
        || touchesOperation(pa, size)
        || ScoreboardLayout.touches(pa, size, request + initiator, 4);
  }

  boolean touchesOperation(long pa, int size) {
    return ScoreboardLayout.touches(pa, size, request + op, 4);
  }
}
