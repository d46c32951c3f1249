package io.tlbscope.core.translate;

import io.tlbscope.core.interpret.Code;
import io.tlbscope.core.interpret.Node;
import io.tlbscope.core.memory.PhysicalMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A translated region, shared by the machine's vCPUs. What it was made from is kept, so that a
 * store into its pages that changes none of its bytes costs no translation.
 */
final class Region {
  /** Offset, and linear address, of the head. */
  final long rip;

  /**
   * What is run; null once the region is dead. This alone holds the class, so that it goes however
   * long nodes, which may never be run again, hold the region.
   */
  RegionCode code;

  final RegionExit[] exits;

  /** Linear and physical addresses of its code pages; the head's is the first. */
  final long[] vaPages, paPages;

  /** All pages' bits. */
  final int allPages;

  /** Instructions that its head may retire before it asks again. */
  final int need;

  /** Some instruction needs SSE switched on; some calculates with it. */
  final boolean sse, sseArithmetic;

  /** Some instruction needs the x87 FPU switched on. */
  final boolean x87;

  /** Guest instructions in it. */
  final int instructions;

  /** Bytes of its class file. */
  final int size;

  /** Warm code was left out because the region was full. */
  final boolean capped;

  /** Times that it was made anew with what its exits led to. */
  final int growth;

  /** Offsets of instructions that have the look-aside filled where it does not serve them. */
  final Set<Long> refills;

  /** Offsets of its blocks. */
  final long[] rips;

  /** Its blocks' bytes. */
  final List<Piece> pieces;

  /** The head's block: others find the region there. */
  private final Code head;

  /** Who enters it, one a vCPU, and where. */
  private final RegionEntry[] entries;

  private final Node[] nodes;

  /** It was entered since the code cache looked. Written without order: it is a hint. */
  boolean ran;

  /** Bits of pages that were stored to and whose bytes have not been compared since. */
  private final AtomicInteger stale;

  /** True when its bytes have changed, or when it had to make room. */
  volatile boolean dead;

  /**
   * Bytes of it.
   *
   * @param page number of their page
   */
  record Piece(int page, int offset, byte[] bytes) {}

  /**
   * @param size bytes of its class file
   * @param cpus vCPUs of the machine
   */
  Region(
      RegionRequest request,
      RegionCode code,
      List<RegionExit> exits,
      int size,
      Code head,
      int cpus) {
    this.rip = request.rip();
    this.code = code;
    this.exits = exits.toArray(RegionExit[]::new);
    this.vaPages = request.vaPages();
    this.paPages = request.paPages();
    this.allPages = (1 << vaPages.length) - 1;
    this.need = request.blocks().getFirst().longest;
    this.sse = request.sse();
    this.sseArithmetic = request.sseArithmetic();
    this.x87 = request.x87();
    this.instructions = request.blocks().stream().mapToInt(block -> block.count).sum();
    this.size = size;
    this.capped = request.capped();
    this.growth = request.growth();
    this.refills = request.refills();
    this.rips = request.blocks().stream().mapToLong(block -> block.rip).distinct().toArray();
    this.pieces = request.pieces();
    this.head = head;
    this.entries = new RegionEntry[cpus];
    this.nodes = new Node[cpus];
    // Whatever was stored since the pages were read has been missed.
    this.stale = new AtomicInteger(allPages);
  }

  /** Notes who enters the region on a vCPU. The caller holds the code cache's monitor. */
  void entered(int cpu, Node node, RegionEntry entry) {
    nodes[cpu] = node;
    entries[cpu] = entry;
  }

  /**
   * Kills the region and lets go of its class; the caller holds the code cache's monitor. A vCPU
   * that is about to enter finds it stale, or still finds the code.
   */
  void free() {
    dead = true;
    stale.set(allPages);
    if (head.translation == this) {
      head.translation = null;
    }
    for (int cpu = 0; cpu < nodes.length; cpu++) {
      if (nodes[cpu] != null && nodes[cpu].fast == entries[cpu]) {
        nodes[cpu].fast = new Gone(nodes[cpu]);
      }
      nodes[cpu] = null;
      entries[cpu] = null;
    }
    code = null;
  }

  /** Linear address of a piece. */
  long va(Piece piece) {
    return vaPages[piece.page()] + piece.offset();
  }

  /** Pages that may not be relied on. */
  int stale() {
    return stale.get();
  }

  /** There was a store to a physical page. Any thread. */
  void stored(long paPage) {
    for (int page = 0; page < paPages.length; page++) {
      if (paPages[page] == paPage) {
        int bit = 1 << page;
        stale.getAndUpdate(bits -> bits | bit);
      }
    }
  }

  /**
   * Compares the stale pages that hold decoded code again. Pages are marked as such by the
   * interpreter alone, so that an access meets the same marks whichever engine runs. The caller
   * holds the monitor under which {@link #stored} is called.
   *
   * @return false if the region is dead
   */
  boolean compare(PhysicalMemory memory) {
    for (int rest = stale(); rest != 0; rest &= rest - 1) {
      int page = Integer.numberOfTrailingZeros(rest);
      if ((memory.flags(paPages[page]) & PhysicalMemory.CODE) != 0
          && memory.settled(paPages[page])) {
        // Not before they are known to be the same: other vCPUs ask without waiting. A store since
        // then is told of when the caller lets go of its monitor. A dead region stays stale.
        if (pieces.stream().anyMatch(piece -> piece.page() == page && !same(memory, piece))) {
          dead = true;
        } else {
          stale.getAndUpdate(bits -> bits & ~(1 << page));
        }
      }
    }
    return !dead;
  }

  private boolean same(PhysicalMemory memory, Piece piece) {
    byte[] bytes = new byte[piece.bytes().length];
    memory.read(paPages[piece.page()] + piece.offset(), bytes, 0, bytes.length);
    return Arrays.equals(bytes, piece.bytes());
  }
}
