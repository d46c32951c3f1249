package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.ir.Address;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which accesses of a region remember the page that they found last. Accesses through the same
 * registers, and of the same kind, share a memory: they mostly lie in one page.
 *
 * <p>A memory holds for one run of the region: what the look-aside has once answered stands until
 * the region is left, or has the look-aside filled, which ends all memories.
 */
final class AccessSites {
  /**
   * Memories in a region at most. Each is two more values that live through its loops; past this
   * they cost more in spilled registers than they save.
   */
  private static final int MOST = 8;

  /** What an access does to memory. */
  enum Kind {
    READ,
    WRITE,
    UPDATE
  }

  private record Key(Kind kind, int segmentSlot, int base, int index, int scale, long far) {}

  private final Map<Key, Integer> uses = new HashMap<>();
  private final List<Key> order = new ArrayList<>();
  private final Map<Key, Integer> chosen = new HashMap<>();

  AccessSites(List<RegionBlock> blocks) {
    for (RegionBlock block : blocks) {
      for (IrOp op : block.ops) {
        Kind kind = kind(op);
        if (kind != null) {
          Key key = key(kind, op.mem());
          if (uses.merge(key, 1, Integer::sum) == 1) {
            order.add(key);
          }
        }
      }
    }
    order.sort((a, b) -> uses.get(b) - uses.get(a));
    for (Key key : order.subList(0, Math.min(MOST, order.size()))) {
      chosen.put(key, chosen.size());
    }
  }

  /** Memories in use. */
  int count() {
    return chosen.size();
  }

  /** Number of the access's memory, or -1. */
  int find(Kind kind, Address mem) {
    return chosen.getOrDefault(key(kind, mem), -1);
  }

  static Kind kind(IrOp op) {
    if (op.mem() == null || op.op() == Op.LEA || op.op() == Op.ALIGNED) {
      return null;
    }
    return switch (op.op()) {
      case LOAD, LOADS, XLOAD -> Kind.READ;
      case STORE, XSTORE, X87_STORE, PROBE_WRITE -> Kind.WRITE;
      case LOAD_RMW, ATOMIC -> Kind.UPDATE;
      default -> null;
    };
  }

  /** Absolute addresses are told apart by their pages, others only when they are far apart. */
  private static Key key(Kind kind, Address mem) {
    boolean absolute = mem.base() == CpuState.ZERO && mem.index() == CpuState.ZERO;
    long far = absolute ? mem.displacement() >> 12 : mem.displacement() + 0x8000 >> 16;
    return new Key(kind, mem.segmentSlot(), mem.base(), mem.index(), mem.scale(), far);
  }
}
