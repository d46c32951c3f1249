package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.ir.Address;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.memory.AtomicKind;
import io.tlbscope.core.mmu.InlineLookAside;
import io.tlbscope.core.translate.AccessSites.Kind;
import java.util.Set;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * Loads and stores: the check against the look-aside inlined, everything it does not serve through
 * the instruction's exit.
 *
 * <pre>
 *   site:  tag == (va &amp; (PAGE | size - 1))            aligned, in the page seen last: host address = va + addend
 *   else:  the look-aside's slot of va                any va within its page; the site remembers it
 *   else:  where it pays, have the look-aside filled    all sites forget: an older page may have gone
 *   else:  leave before the instruction
 * </pre>
 *
 * The accesses themselves are Unsafe's intrinsics, called here and not through HostMemory: C2 stops
 * inlining when a method and what was inlined into it reach 8,000 bytes of bytecode, and a call in
 * a hot loop costs more than all the rest.
 */
final class MemoryWriter implements Opcodes {
  private static final long PAGE = -4096;

  /** A site's tag before it has seen a page: no va has this bit and none below a page in it. */
  static final long NO_PAGE = 0x800;

  private static final String REGION_CODE = "io/tlbscope/core/translate/RegionCode";
  private static final String UNSAFE = "jdk/internal/misc/Unsafe";
  private static final String ATOMICS = "io/tlbscope/core/memory/Atomics";
  private static final String LOGGED = "io/tlbscope/core/translate/LoggedStores";

  private final RegionMethod m;
  private final AccessSites sites;
  private final Set<Long> refills;

  /** Other host threads see the accesses: see {@link io.tlbscope.core.memory.HostMemory}. */
  private final boolean ordered;

  /** Each store is noted in the vCPU's log before it is made. */
  private final boolean logged;

  /** Locals of the sites: tag, then addend. */
  private final int[] site;

  /** What {@link RegionMethod#HA} was computed for in this instruction, or null. */
  private Address updated;

  /**
   * @param refills offsets of instructions that have the look-aside filled
   * @param ordered other host threads see the accesses: x86's order must hold
   * @param logged what the region stores is to be checked
   */
  MemoryWriter(
      RegionMethod m, AccessSites sites, Set<Long> refills, boolean ordered, boolean logged) {
    this.m = m;
    this.ordered = ordered;
    this.logged = logged;
    this.sites = sites;
    this.refills = refills;
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
        load(op.bits(), 0);
        m.store(op.dst());
      }
      case LOADS -> {
        host(Kind.READ, op.mem(), op.sub(), exit);
        raw(op.sub(), 0);
        m.op(I2L);
        m.zeroExtend(op.bits());
        m.store(op.dst());
      }
      case LOAD_RMW -> {
        host(Kind.UPDATE, op.mem(), op.bits(), exit);
        updated = op.mem();
        load(op.bits(), 0);
        m.store(op.dst());
      }
      case ATOMIC -> atomic(op, exit);
      case FENCE -> m.call(RegionMethod.MEMORY, "fence", "()V");
      case STORE -> {
        if (updated != op.mem()) {
          host(Kind.WRITE, op.mem(), op.bits(), exit);
        }
        store(op.bits(), 0, () -> m.operand(op));
      }
      case PROBE_WRITE -> host(Kind.WRITE, op.mem(), op.bits(), exit);
      case ALIGNED -> {
        m.ready(exit);
        linear(op.mem());
        m.push(op.imm() - 1);
        m.op(LAND);
        m.push(0L);
        m.op(LCMP);
        m.jump(IFNE, m.out());
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /**
   * Leaves where the bytes do not lie in one aligned quadword. Where no other thread sees memory, a
   * load and a store will do: the host's locked operation alone takes as long as 50 instructions.
   */
  private void atomic(IrOp op, RegionExit exit) {
    int bytes = op.bits() / 8;
    host(Kind.UPDATE, op.mem(), op.bits(), exit);
    if (!ordered) {
      plain(op);
      return;
    }
    m.get(RegionMethod.HA);
    m.push(bytes);
    m.call(ATOMICS, "inOneWord", "(JI)Z");
    m.jump(IFEQ, m.out());
    note(bytes, 0);
    m.inlined(100);
    m.get(RegionMethod.HA);
    m.push(op.sub());
    m.push(bytes);
    m.load(op.a());
    m.operand(op);
    m.call(ATOMICS, "apply", "(JIIJJ)J");
    m.store(op.dst());
  }

  private void plain(IrOp op) {
    load(op.bits(), 0);
    m.put(RegionMethod.T);
    store(op.bits(), 0, () -> changed(op));
    m.get(RegionMethod.T);
    m.store(op.dst());
  }

  /** Pushes what {@link AtomicKind#apply} makes of t. */
  private void changed(IrOp op) {
    AtomicKind kind = AtomicKind.of(op.sub());
    if (kind == AtomicKind.NEGATE) {
      m.get(RegionMethod.T);
      m.op(LNEG);
      return;
    }
    m.operand(op);
    switch (kind) {
      case ADD -> combine(LADD);
      case AND -> combine(LAND);
      case OR -> combine(LOR);
      case XOR -> combine(LXOR);
      case COMPARE_EXCHANGE -> {
        m.load(op.a());
        m.zeroExtend(op.bits());
        m.get(RegionMethod.T);
        m.call(REGION_CODE, "chosen", "(JJJ)J");
      }
      default -> {
        // EXCHANGE: the operand as it is
      }
    }
  }

  private void combine(int opcode) {
    m.get(RegionMethod.T);
    m.op(opcode);
  }

  /** Offset in the segment. */
  void offset(Address mem) {
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

  /**
   * Puts the host address of {@code bits} at {@code mem} into {@link RegionMethod#HA}, or leaves.
   */
  void host(Kind kind, Address mem, int bits, RegionExit exit) {
    int bytes = bits / 8;
    m.ready(exit);
    linear(mem);
    m.put(RegionMethod.VA);
    int number = sites.find(kind, mem);
    if (number < 0) {
      lookUp(kind, bytes, RegionMethod.T, exit);
      m.get(RegionMethod.VA);
      m.get(RegionMethod.T);
      m.op(LADD);
      m.put(RegionMethod.HA);
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
    lookUp(kind, bytes, tag + 2, exit);
    m.get(RegionMethod.VA);
    m.push(PAGE);
    m.op(LAND);
    m.put(tag);
    m.label(hit);
    m.get(RegionMethod.VA);
    m.get(tag + 2);
    m.op(LADD);
    m.put(RegionMethod.HA);
  }

  /**
   * Puts the addend of the page of {@link RegionMethod#VA} into a local, or leaves. Written out,
   * not called: C2 does not inline calls that are rare, and a call that it leaves in a loop has all
   * that lives through the loop in memory.
   */
  private void lookUp(Kind kind, int bytes, int addend, RegionExit exit) {
    m.v.visitVarInsn(LLOAD, RegionMethod.TABLE);
    m.get(RegionMethod.VA);
    m.push(InlineLookAside.PAGE_SHIFT);
    m.op(LUSHR);
    m.get(RegionMethod.VA);
    m.push(InlineLookAside.FOLD_SHIFT);
    m.op(LUSHR, LADD);
    m.push(InlineLookAside.SLOT_MASK);
    m.op(LAND);
    m.push(InlineLookAside.SLOT_SHIFT);
    m.op(LSHL, LADD);
    m.put(RegionMethod.HA);
    boolean refilled = refills.contains(exit.rip());
    Label missing = refilled ? new Label() : m.out();
    if (kind != Kind.WRITE) {
      tag(InlineLookAside.READ_TAG, bytes, missing);
    }
    if (kind != Kind.READ) {
      tag(InlineLookAside.WRITE_TAG, bytes, missing);
    }
    if (refilled) {
      Label found = new Label();
      m.label(found);
      Label out = m.out();
      m.later(() -> refill(kind, bytes, missing, found, out));
    }
    quadword(InlineLookAside.ADDEND);
    m.put(addend);
  }

  private void refill(Kind kind, int bytes, Label missing, Label found, Label out) {
    m.label(missing);
    m.v.visitVarInsn(ALOAD, RegionMethod.CPU);
    m.get(RegionMethod.VA);
    m.push(bytes | (kind == Kind.WRITE ? 0 : 32) | (kind == Kind.READ ? 0 : 64));
    m.call(REGION_CODE, "refill", "(Lio/tlbscope/core/vcpu/Processor;JI)Z");
    m.jump(IFEQ, out);
    for (int local : site) {
      m.push(NO_PAGE);
      m.put(local);
    }
    m.jump(GOTO, found);
  }

  /** Jumps where the slot's tag is not the page that all the bytes lie in. */
  private void tag(int further, int bytes, Label missing) {
    quadword(further);
    m.get(RegionMethod.VA);
    if (bytes > 1) {
      m.push((long) (bytes - 1));
      m.op(LADD);
    }
    m.push(PAGE);
    m.op(LAND, LCMP);
    m.jump(IFNE, missing);
  }

  private void quadword(int further) {
    base(further);
    unsafe("getLong", "(Ljava/lang/Object;J)J");
  }

  /** Unsafe, no object and the host address {@code further} on: what an access begins with. */
  private void base(int further) {
    m.v.visitFieldInsn(GETSTATIC, REGION_CODE, "U", "L" + UNSAFE + ";");
    m.op(ACONST_NULL);
    m.get(RegionMethod.HA);
    if (further != 0) {
      m.push((long) further);
      m.op(LADD);
    }
  }

  private void unsafe(String name, String descriptor) {
    m.v.visitMethodInsn(INVOKEVIRTUAL, UNSAFE, name, descriptor, false);
  }

  private void fence(String name) {
    m.v.visitFieldInsn(GETSTATIC, REGION_CODE, "U", "L" + UNSAFE + ";");
    unsafe(name, "()V");
  }

  /** Pushes what is at the host address: a long of 64 bits, else an int, sign-extended. */
  private void raw(int bits, int further) {
    base(further);
    switch (bits) {
      case 8 -> unsafe("getByte", "(Ljava/lang/Object;J)B");
      case 16 -> unsafe("getShort", "(Ljava/lang/Object;J)S");
      case 32 -> unsafe("getInt", "(Ljava/lang/Object;J)I");
      default -> unsafe("getLong", "(Ljava/lang/Object;J)J");
    }
    if (ordered) {
      fence("loadFence");
    }
  }

  /** Pushes what is at the host address as a double. */
  void loadDouble() {
    base(0);
    unsafe("getDouble", "(Ljava/lang/Object;J)D");
    if (ordered) {
      fence("loadFence");
    }
  }

  /** Pushes the zero-extended content, as a long, {@code further} bytes on. */
  void load(int bits, int further) {
    raw(bits, further);
    if (bits < 32) {
      m.push(bits == 8 ? 0xFF : 0xFFFF);
      m.op(IAND);
    }
    if (bits < 64) {
      m.op(I2L);
    }
    if (bits == 32) {
      m.zeroExtend(32);
    }
  }

  /** Stores the long that {@code value} pushes, {@code further} bytes on. */
  void store(int bits, int further, Runnable value) {
    note(bits / 8, further);
    if (ordered) {
      fence("storeFence");
    }
    base(further);
    value.run();
    if (bits < 64) {
      m.op(L2I);
    }
    switch (bits) {
      case 8 -> unsafe("putByte", "(Ljava/lang/Object;JB)V");
      case 16 -> unsafe("putShort", "(Ljava/lang/Object;JS)V");
      case 32 -> unsafe("putInt", "(Ljava/lang/Object;JI)V");
      default -> unsafe("putLong", "(Ljava/lang/Object;JJ)V");
    }
  }

  /** In a region that is checked, before each change of memory. */
  private void note(int bytes, int further) {
    if (logged) {
      m.v.visitVarInsn(ALOAD, RegionMethod.CPU);
      m.get(RegionMethod.HA);
      m.push((long) further);
      m.op(LADD);
      m.push(bytes);
      m.call(LOGGED, "note", "(Lio/tlbscope/core/vcpu/Processor;JI)V");
    }
  }
}
