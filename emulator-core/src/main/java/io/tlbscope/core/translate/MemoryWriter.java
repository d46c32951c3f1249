package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.ir.Address;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.translate.AccessSites.Kind;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * Loads and stores: the check against the look-aside inlined, everything it does not serve through
 * the instruction's exit.
 *
 * <pre>
 *   site:  tag == (va &amp; (PAGE | size - 1))            aligned, in the page seen last: host address = va + addend
 *   else:  the look-aside's slot of va                any va within its page; the site remembers it
 *   else:  leave before the instruction
 * </pre>
 */
final class MemoryWriter implements Opcodes {
  private static final String LOOK_ASIDE = "io/tlbscope/core/mmu/InlineLookAside";
  private static final long PAGE = -4096;

  /** A site's tag before it has seen a page: no va has this bit and none below a page in it. */
  static final long NO_PAGE = 0x800;

  private static final String ATOMICS = "io/tlbscope/core/memory/Atomics";
  private static final String LOGGED = "io/tlbscope/core/translate/LoggedStores";

  private final RegionMethod m;
  private final AccessSites sites;

  /** Prefixes of the methods that access guest memory. */
  private final String get, put;

  /** Each store is noted in the vCPU's log before it is made. */
  private final boolean logged;

  /** Locals of the sites: tag, then addend. */
  private final int[] site;

  /** What {@link RegionMethod#HA} was computed for in this instruction, or null. */
  private Address updated;

  /**
   * @param ordered other host threads see the accesses: x86's order must hold
   * @param logged what the region stores is to be checked
   */
  MemoryWriter(RegionMethod m, AccessSites sites, boolean ordered, boolean logged) {
    this.m = m;
    this.logged = logged;
    get = ordered ? "load" : "get";
    put = ordered ? "store" : "put";
    this.sites = sites;
    site = new int[sites.count()];
    for (int i = 0; i < site.length; i++) {
      site[i] = m.fresh();
      m.fresh();
    }
  }

  /** In the prologue. */
  void initialise() {
    for (int local : site) {
      m.push(NO_PAGE);
      m.put(local);
      m.push(0L);
      m.put(local + 2);
    }
  }

  /** A new instruction begins. */
  void instruction() {
    updated = null;
  }

  /** Writes the operation; false if it is none of these. */
  boolean write(IrOp op, RegionExit exit) {
    switch (op.op()) {
      case LEA -> {
        offset(op.mem());
        m.zeroExtend(op.bits());
        m.store(op.dst());
      }
      case LOAD -> {
        host(Kind.READ, op.mem(), op.bits(), exit);
        get(op.bits());
        m.store(op.dst());
      }
      case LOADS -> {
        host(Kind.READ, op.mem(), op.sub(), exit);
        getSigned(op.sub());
        m.zeroExtend(op.bits());
        m.store(op.dst());
      }
      case LOAD_RMW -> {
        host(Kind.UPDATE, op.mem(), op.bits(), exit);
        m.op(DUP2);
        m.put(RegionMethod.HA);
        updated = op.mem();
        get(op.bits());
        m.store(op.dst());
      }
      case ATOMIC -> atomic(op, exit);
      case FENCE -> m.call(RegionMethod.MEMORY, "fence", "()V");
      case STORE -> {
        if (updated == op.mem()) {
          m.get(RegionMethod.HA);
        } else {
          host(Kind.WRITE, op.mem(), op.bits(), exit);
        }
        m.operand(op);
        set(op.bits());
      }
      case PROBE_WRITE -> {
        host(Kind.WRITE, op.mem(), op.bits(), exit);
        m.op(POP2);
      }
      case ALIGNED -> {
        m.ready(exit);
        linear(op.mem());
        m.push(op.imm() - 1);
        m.op(LAND);
        m.push(0L);
        m.op(LCMP);
        m.jump(IFNE, m.epilogue);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Leaves where the bytes do not lie in one aligned quadword. */
  private void atomic(IrOp op, RegionExit exit) {
    int bytes = op.bits() / 8;
    host(Kind.UPDATE, op.mem(), op.bits(), exit);
    m.op(DUP2);
    m.put(RegionMethod.HA);
    m.push(bytes);
    m.call(ATOMICS, "inOneWord", "(JI)Z");
    m.jump(IFEQ, m.epilogue);
    m.get(RegionMethod.HA);
    m.push(op.sub());
    m.push(bytes);
    m.load(op.a());
    m.operand(op);
    change(ATOMICS, "apply", "(JIIJJ", ")J");
    m.store(op.dst());
  }

  /** Offset in the segment. */
  private void offset(Address mem) {
    boolean empty = true;
    if (mem.base() != CpuState.ZERO) {
      m.load(mem.base());
      empty = false;
    }
    if (mem.index() != CpuState.ZERO) {
      m.load(mem.index());
      if (mem.scale() != 0) {
        m.push(mem.scale());
        m.op(LSHL);
      }
      if (!empty) {
        m.op(LADD);
      }
      empty = false;
    }
    if (empty || mem.displacement() != 0) {
      m.push(mem.displacement());
      if (!empty) {
        m.op(LADD);
      }
    }
    mask(mem.offsetMask());
  }

  private void mask(long mask) {
    if (mask != -1) {
      m.push(mask);
      m.op(LAND);
    }
  }

  private void linear(Address mem) {
    offset(mem);
    if (mem.segmentSlot() != CpuState.ZERO) {
      m.load(mem.segmentSlot());
      m.op(LADD);
    }
    mask(mem.linearMask());
  }

  /** Pushes the host address of {@code bits} at {@code mem}, or leaves. */
  void host(Kind kind, Address mem, int bits, RegionExit exit) {
    int bytes = bits / 8;
    m.ready(exit);
    linear(mem);
    m.put(RegionMethod.VA);
    int number = sites.find(kind, mem);
    if (number < 0) {
      lookUp(kind, bytes, RegionMethod.T);
      m.get(RegionMethod.VA);
      m.get(RegionMethod.T);
      m.op(LADD);
      return;
    }
    int tag = site[number];
    Label hit = new Label();
    m.get(RegionMethod.VA);
    m.push(PAGE | bytes - 1);
    m.op(LAND);
    m.get(tag);
    m.op(LCMP);
    m.jump(IFEQ, hit);
    lookUp(kind, bytes, tag + 2);
    m.get(RegionMethod.VA);
    m.push(PAGE);
    m.op(LAND);
    m.put(tag);
    m.label(hit);
    m.get(RegionMethod.VA);
    m.get(tag + 2);
    m.op(LADD);
  }

  private void lookUp(Kind kind, int bytes, int addend) {
    m.v.visitVarInsn(LLOAD, RegionMethod.TABLE);
    m.get(RegionMethod.VA);
    m.push(bytes);
    m.call(LOOK_ASIDE, kind.lookUp, "(JJI)J");
    m.op(DUP2);
    m.put(addend);
    m.push(1L);
    m.op(LCMP);
    m.jump(IFEQ, m.epilogue);
  }

  /** The host address on top becomes its zero-extended content. */
  void get(int bits) {
    switch (bits) {
      case 8 -> {
        m.call(RegionMethod.MEMORY, get + "Byte", "(J)B");
        m.push(0xFF);
        m.op(IAND, I2L);
      }
      case 16 -> {
        m.call(RegionMethod.MEMORY, get + "Short", "(J)S");
        m.push(0xFFFF);
        m.op(IAND, I2L);
      }
      case 32 -> {
        m.call(RegionMethod.MEMORY, get + "Int", "(J)I");
        m.op(I2L);
        m.zeroExtend(32);
      }
      default -> m.call(RegionMethod.MEMORY, get + "Long", "(J)J");
    }
  }

  private void getSigned(int bits) {
    switch (bits) {
      case 8 -> m.call(RegionMethod.MEMORY, get + "Byte", "(J)B");
      case 16 -> m.call(RegionMethod.MEMORY, get + "Short", "(J)S");
      default -> m.call(RegionMethod.MEMORY, get + "Int", "(J)I");
    }
    m.op(I2L);
  }

  /** Stores the long on top at the host address below it. */
  void set(int bits) {
    if (bits < 64) {
      m.op(L2I);
    }
    switch (bits) {
      case 8 -> change(RegionMethod.MEMORY, put + "Byte", "(JB", ")V");
      case 16 -> change(RegionMethod.MEMORY, put + "Short", "(JS", ")V");
      case 32 -> change(RegionMethod.MEMORY, put + "Int", "(JI", ")V");
      default -> change(RegionMethod.MEMORY, put + "Long", "(JJ", ")V");
    }
  }

  /** Calls what changes guest memory, or its twin that logs. */
  private void change(String owner, String name, String takes, String gives) {
    if (logged) {
      m.v.visitVarInsn(ALOAD, RegionMethod.CPU);
      m.call(LOGGED, name, takes + "Lio/tlbscope/core/vcpu/Processor;" + gives);
    } else {
      m.call(owner, name, takes + gives);
    }
  }
}
