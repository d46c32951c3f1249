package io.tlbscope.core.translate;

import io.tlbscope.core.memory.PhysicalMemory;
import java.util.Arrays;
import java.util.List;

/**
 * A translated region, shared by the machine's vCPUs. What it was made from is kept, so that a
 * store into its pages that changes none of its bytes costs no translation.
 */
final class Region {
  /** Offset, and linear address, of the head. */
  final long rip;

  final RegionCode code;
  final RegionExit[] exits;

  /** Linear and physical addresses of its code pages; the head's is the first. */
  final long[] vaPages, paPages;

  /** All pages' bits. */
  final int allPages;

  /** Instructions that its head may retire before it asks again. */
  final int need;

  /** Some instruction needs SSE switched on; some calculates with it. */
  final boolean sse, sseArithmetic;

  /** Guest instructions in it. */
  final int instructions;

  /** Bytes of its method. */
  final int size;

  /** Warm code was left out because the region was full. */
  final boolean capped;

  /** Times that it was made anew with what its exits led to. */
  final int growth;

  private final List<Piece> pieces;

  /** False after a store into its pages, until the bytes were compared. */
  volatile boolean valid = true;

  /** True when another region took its place, or its bytes have changed. */
  volatile boolean dead;

  /** A block's bytes. */
  record Piece(long va, byte[] bytes) {}

  Region(RegionRequest request, RegionCode code, List<RegionExit> exits, int size) {
    this.rip = request.rip();
    this.code = code;
    this.exits = exits.toArray(RegionExit[]::new);
    this.vaPages = request.vaPages();
    this.paPages = request.paPages();
    this.allPages = (1 << vaPages.length) - 1;
    this.need = request.blocks().getFirst().longest;
    this.sse = request.sse();
    this.sseArithmetic = request.sseArithmetic();
    this.instructions = request.blocks().stream().mapToInt(block -> block.count).sum();
    this.size = size;
    this.capped = request.capped();
    this.growth = request.growth();
    this.pieces = request.pieces();
  }

  /** Compares its bytes with memory's and marks its pages again. False: it is dead. */
  boolean renew(PhysicalMemory memory) {
    for (long page : paPages) {
      memory.markCode(page);
    }
    for (Piece piece : pieces) {
      if (!Arrays.equals(piece.bytes(), read(memory, piece))) {
        dead = true;
        return false;
      }
    }
    valid = true;
    return true;
  }

  private byte[] read(PhysicalMemory memory, Piece piece) {
    byte[] bytes = new byte[piece.bytes().length];
    int at = 0;
    while (at < bytes.length) {
      long va = piece.va() + at;
      int page = 0;
      while (vaPages[page] != (va & -CodePages.PAGE)) {
        page++;
      }
      int offset = (int) (va & CodePages.PAGE - 1);
      int part = Math.min(bytes.length - at, CodePages.PAGE - offset);
      memory.read(paPages[page] + offset, bytes, at, part);
      at += part;
    }
    return bytes;
  }
}
