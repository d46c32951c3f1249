package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.ir.Address;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.translate.RegionBlock.Edge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * A region's graph to the bytes of a class.
 *
 * <pre>
 *   prologue   guest registers in use from the slots to locals
 *   blocks     header: budget, interrupts   page test   operations   edges
 *   stubs      edges that leave
 *   epilogue   changed registers back to the slots, flags settled, (left, exit) returned
 * </pre>
 */
final class RegionWriter implements Opcodes {
  /**
   * Methods above this are never compiled (HotSpot's HugeMethodLimit), and nothing more is inlined
   * into one that reaches it with what was inlined before (DesiredMethodLimit).
   */
  static final int LIMIT = 8000;

  private static final String NAME = "io/tlbscope/core/translate/RegionCode";
  private static final String FLOATS = "io/tlbscope/core/translate/FloatCode";
  private static final String OBJECT_TYPE = "Lio/tlbscope/core/vcpu/Processor;";
  static final String DESCRIPTOR = "(" + OBJECT_TYPE + "[JL" + RegionMethod.FLAGS_TYPE + ";[JJII)J";

  private final List<RegionBlock> blocks;
  private final Settings settings;
  private final Set<Long> refills;
  private final boolean logged;

  /** There is SSE arithmetic. */
  private final boolean arithmetic;

  private final boolean exact;

  private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
  private RegionMethod m;
  private FlagWriter flags;
  private FlagKinds kinds;

  /**
   * Of each block: where its loops land, innermost first; what comes from before takes the last.
   */
  private Label[][] landings;

  private final BitSet changed = new BitSet();
  private int size;

  /**
   * Bytes of the class, its exits and its constants.
   *
   * @param size of the method and what is to be inlined into it
   */
  record Result(byte[] bytes, List<RegionExit> exits, List<Object> constants, int size) {}

  /**
   * @param logged note each store in the vCPU's log
   */
  RegionWriter(RegionRequest request, Settings settings, boolean logged) {
    this.blocks = request.blocks();
    this.exact = request.exact();
    this.arithmetic = request.sseArithmetic();
    this.refills = request.refills();
    this.logged = logged;
    this.settings = settings;
  }

  Result write() {
    FlagLiveness.eliminate(blocks);
    kinds = new FlagKinds(blocks);
    writer.visit(V21, ACC_FINAL | ACC_SUPER, NAME + "$", null, NAME, null);
    constructor();
    MethodVisitor v = writer.visitMethod(ACC_PUBLIC, "run", DESCRIPTOR, null, null);
    v.visitCode();
    m = new RegionMethod(v);
    flags = new FlagWriter(m);
    slots();
    VectorUse vectors = new VectorUse(blocks);
    vectors.used.stream().forEach(n -> m.useQuadword(n, vectors.isDouble(n)));
    MemoryWriter memory =
        new MemoryWriter(m, new AccessSites(blocks), refills, settings.polls(), logged);
    DenormalFlow flow = new DenormalFlow(blocks, vectors);
    BlockWriter operations = new BlockWriter(m, flags, memory, flow, exact);
    if (settings.counts()) {
      m.countAccesses();
    }
    prologue(memory, vectors, flow, operations);
    landings = new Label[blocks.size()][];
    for (RegionBlock block : blocks) {
      int levels = block.levels.values().stream().mapToInt(level -> level + 1).max().orElse(1);
      landings[block.index] = new Label[levels];
      Arrays.setAll(landings[block.index], level -> new Label());
    }
    for (RegionBlock block : blocks) {
      block(block, operations);
    }
    m.writeStubs();
    epilogue(vectors);
    Label end = new Label();
    v.visitLabel(end);
    v.visitMaxs(0, 0);
    v.visitEnd();
    size = end.getOffset() + m.inlined();
    writer.visitEnd();
    return new Result(writer.toByteArray(), m.exits, m.constants, size);
  }

  private void constructor() {
    MethodVisitor v = writer.visitMethod(ACC_PUBLIC, "<init>", "()V", null, null);
    v.visitCode();
    v.visitVarInsn(ALOAD, 0);
    v.visitMethodInsn(INVOKESPECIAL, NAME, "<init>", "()V", false);
    v.visitInsn(RETURN);
    v.visitMaxs(0, 0);
    v.visitEnd();
  }

  /** Locals for what the operations name. */
  private void slots() {
    for (RegionBlock block : blocks) {
      for (IrOp op : block.ops) {
        if (!vector(op.op())) {
          use(op.a());
          m.use(op.dst());
          m.use(op.dst2());
          change(op.dst());
          change(op.dst2());
        } else if (op.op() == Op.XGET || op.op() == Op.XTO) {
          m.use(op.dst());
          change(op.dst());
        } else if (op.op() == Op.XFROM) {
          use(op.a());
        }
        if (op.op() != Op.VECTOR && op.op() != Op.FCOMPARE && op.op() != Op.XTO) {
          use(op.b());
        }
        use(op.c());
        Address mem = op.mem();
        if (mem != null) {
          use(mem.base());
          use(mem.index());
          use(mem.segmentSlot());
        }
      }
    }
  }

  private static boolean vector(Op op) {
    return switch (op) {
      case XLOAD, XSTORE, XPUT, XGET, VECTOR, XFROM, XTO, FCOMPARE -> true;
      default -> false;
    };
  }

  private void use(int slot) {
    m.use(slot);
  }

  private void change(int slot) {
    if (slot < 16) {
      changed.set(slot);
    }
  }

  private void prologue(
      MemoryWriter memory, VectorUse vectors, DenormalFlow flow, BlockWriter operations) {
    MethodVisitor v = m.v;
    m.push(0);
    v.visitVarInsn(ISTORE, RegionMethod.EXIT);
    for (int variable : new int[] {RegionMethod.X, RegionMethod.VA, RegionMethod.ERROR}) {
      m.push(0L);
      m.put(variable);
    }
    for (int variable :
        new int[] {RegionMethod.T, RegionMethod.U, RegionMethod.HA, RegionMethod.C}) {
      m.push(0L);
      m.put(variable);
    }
    m.op(DCONST_0);
    v.visitVarInsn(DSTORE, RegionMethod.D);
    flags.fromFlags();
    for (int slot = 0; slot < CpuState.SLOTS; slot++) {
      if (m.used(slot)) {
        if (slot < CpuState.TEMPORARIES) {
          v.visitVarInsn(ALOAD, RegionMethod.R);
          m.push(slot);
          m.op(LALOAD);
        } else {
          m.push(0L);
        }
        m.store(slot);
      }
    }
    vectors.used.stream()
        .forEach(
            n -> {
              v.visitVarInsn(ALOAD, RegionMethod.XMM);
              m.push(n);
              m.op(LALOAD);
              m.storeQuadword(n);
            });
    memory.initialise();
    floats(flow.entry(), operations);
    m.startCounting();
    m.charge(-blocks.getFirst().unchargedBefore);
    List<Object> locals = new ArrayList<>();
    locals.add(NAME + "$");
    locals.add("io/tlbscope/core/vcpu/Processor");
    locals.add("[J");
    locals.add(RegionMethod.FLAGS_TYPE);
    locals.add("[J");
    locals.add(LONG);
    locals.addAll(List.of(INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER));
    locals.addAll(List.of(LONG, LONG, LONG, LONG, LONG, LONG));
    locals.addAll(m.types());
    v.visitFrame(F_FULL, locals.size(), locals.toArray(), 0, null);
    v.visitInsn(NOP);
  }

  private void block(RegionBlock block, BlockWriter operations) {
    for (int level = landings[block.index].length - 1; level >= 0; level--) {
      m.label(landings[block.index][level]);
      m.op(NOP);
    }
    flags.kinds = kinds.at(block);
    flags.override = kinds.overrideAt(block);
    if (block.header) {
      header(block);
    }
    if (block.asks != 0) {
      m.ready(new RegionExit(block.rip, block.uncharged, RegionExit.Why.PAGE));
      m.v.visitVarInsn(ILOAD, RegionMethod.PAGES);
      m.push(block.asks);
      m.op(IAND);
      m.push(block.asks);
      m.jump(IF_ICMPNE, m.out());
    }
    operations.write(block);
    end(block);
  }

  private void header(RegionBlock block) {
    m.charge(block.unchargedBefore - block.uncharged);
    m.ready(new RegionExit(block.rip, block.uncharged, RegionExit.Why.BUDGET));
    m.v.visitVarInsn(ILOAD, RegionMethod.LEFT);
    m.jump(IFLT, m.out());
    if (settings.polls()) {
      m.v.visitVarInsn(ALOAD, RegionMethod.CPU);
      m.v.visitMethodInsn(
          INVOKEVIRTUAL, "io/tlbscope/core/vcpu/Processor", "servable", "()Z", false);
      m.jump(IFNE, m.out());
    }
  }

  private void end(RegionBlock block) {
    switch (block.end) {
      case GO -> go(block.edges.getFirst(), block);
      case BRANCH -> {
        branch(block);
        go(block.edges.getLast(), block);
      }
      case INDIRECT -> indirect(block);
      case PAUSE -> pause(block);
      default -> m.leave(out(block, block.rips[block.count], RegionExit.Why.INSTRUCTION));
    }
  }

  private void pause(RegionBlock block) {
    int before = block.count - 1;
    m.ready(
        new RegionExit(block.rips[before], block.uncharged + before, RegionExit.Why.INSTRUCTION));
    m.v.visitVarInsn(ALOAD, RegionMethod.CPU);
    m.v.visitMethodInsn(INVOKEVIRTUAL, "io/tlbscope/core/vcpu/Processor", "spin", "()Z", false);
    m.jump(IFEQ, m.out());
    go(block.edges.getFirst(), block);
  }

  /** The exit behind all of the block's instructions. */
  private static RegionExit out(RegionBlock block, long rip, RegionExit.Why why) {
    return new RegionExit(rip, block.uncharged + block.count, why);
  }

  /** Where an edge leads: a block, or out. */
  private Label target(Edge edge, RegionBlock from) {
    if (edge.to != null) {
      return to(edge, from);
    }
    m.ready(out(from, edge.rip, RegionExit.Why.SUCCESSOR));
    return m.out();
  }

  /**
   * Where a conditional jump to a block of the region leads. Back it goes by way of a GOTO: a
   * backward jump is a safepoint, whose state has what lies on the operand stack, and C2 would work
   * the three-way result of LCMP out in each iteration for that alone.
   */
  private Label to(Edge edge, RegionBlock from) {
    Label landing = landing(edge, from);
    int charge = from.charge(edge.to);
    return edge.to.index > from.index && charge == 0 ? landing : m.by(landing, charge);
  }

  private Label landing(Edge edge, RegionBlock from) {
    Label[] there = landings[edge.to.index];
    return there[edge.to.levels.getOrDefault(from, there.length - 1)];
  }

  private void go(Edge edge, RegionBlock from) {
    if (edge.to == null) {
      m.leave(out(from, edge.rip, RegionExit.Why.SUCCESSOR));
      return;
    }
    m.charge(from.charge(edge.to));
    if (edge.to.index != from.index + 1) {
      m.jump(GOTO, landing(edge, from));
    }
  }

  private void branch(RegionBlock block) {
    IrOp op = block.last();
    Label taken = target(block.edges.getFirst(), block);
    if (op.op() == Op.JCC) {
      flags.jumpIf(op.sub(), taken);
      return;
    }
    m.load(op.a());
    m.zeroExtend(op.bits());
    m.push(0L);
    m.op(LCMP);
    if (op.op() == Op.JZERO || op.sub() < 0) {
      m.jump(op.op() == Op.JZERO ? IFEQ : IFNE, taken);
      return;
    }
    Label not = new Label();
    m.jump(IFEQ, not);
    flags.jumpIf(op.sub(), taken);
    m.label(not);
  }

  /** Compares the target with each one that is in the region. */
  private void indirect(RegionBlock block) {
    IrOp op = block.last();
    m.load(op.a());
    m.zeroExtend(op.bits());
    m.put(RegionMethod.T);
    // A recursion may give one return address in several frames: any of them will do.
    Set<Long> seen = new HashSet<>();
    List<Edge> inside =
        block.edges.stream().filter(edge -> edge.to != null && seen.add(edge.rip)).toList();
    if (inside.size() > 4 && near(inside, block)) {
      table(inside, block);
    } else {
      for (Edge edge : inside) {
        m.get(RegionMethod.T);
        m.push(edge.rip);
        m.op(LCMP);
        m.jump(IFEQ, to(edge, block));
      }
    }
    m.v.visitVarInsn(ALOAD, RegionMethod.R);
    m.push(CpuState.TEMPORARIES);
    m.get(RegionMethod.T);
    m.op(LASTORE);
    m.leave(out(block, block.rip, RegionExit.Why.INDIRECT));
  }

  private static boolean near(List<Edge> edges, RegionBlock block) {
    return edges.stream().allMatch(e -> e.rip - block.rip == (int) (e.rip - block.rip));
  }

  private void table(List<Edge> edges, RegionBlock block) {
    List<Edge> sorted =
        edges.stream()
            .sorted((a, b) -> Integer.compare((int) (a.rip - block.rip), (int) (b.rip - block.rip)))
            .toList();
    Label none = new Label();
    m.get(RegionMethod.T);
    m.push(block.rip);
    m.op(LSUB);
    m.put(RegionMethod.U);
    m.get(RegionMethod.U);
    m.get(RegionMethod.U);
    m.op(L2I, I2L, LCMP);
    m.jump(IFNE, none);
    m.get(RegionMethod.U);
    m.op(L2I);
    m.v.visitLookupSwitchInsn(
        none,
        sorted.stream().mapToInt(edge -> (int) (edge.rip - block.rip)).toArray(),
        sorted.stream().map(edge -> to(edge, block)).toArray(Label[]::new));
    m.label(none);
  }

  private void floats(int registers, BlockWriter operations) {
    if (arithmetic) {
      m.v.visitVarInsn(ALOAD, RegionMethod.CPU);
      m.push(registers);
      m.call(FLOATS, "begin", "(" + OBJECT_TYPE + "I)V");
      operations.begin();
    } else {
      for (int variable : new int[] {RegionMethod.LIMIT, RegionMethod.PRECISE}) {
        m.push(0);
        m.v.visitVarInsn(ISTORE, variable);
      }
    }
  }

  private void field(int local, String name, String type) {
    m.v.visitVarInsn(ALOAD, RegionMethod.CPU);
    m.v.visitFieldInsn(GETFIELD, "io/tlbscope/core/vcpu/Processor", name, type);
    m.v.visitVarInsn(ASTORE, local);
  }

  private void epilogue(VectorUse vectors) {
    MethodVisitor v = m.v;
    m.label(m.epilogue);
    // Taken from the vCPU again: what only the epilogue needs would live through every loop.
    field(RegionMethod.R, "r", "[J");
    for (int slot = changed.nextSetBit(0); slot >= 0; slot = changed.nextSetBit(slot + 1)) {
      m.v.visitVarInsn(ALOAD, RegionMethod.R);
      m.push(slot);
      m.load(slot);
      m.op(LASTORE);
    }
    vectors.changed.stream()
        .forEach(
            n -> {
              v.visitVarInsn(ALOAD, RegionMethod.XMM);
              m.push(n);
              m.loadQuadword(n);
              m.op(LASTORE);
            });
    m.writeCount();
    if (arithmetic) {
      v.visitVarInsn(ALOAD, RegionMethod.CPU);
      m.get(RegionMethod.ERROR);
      m.call(FLOATS, "end", "(" + OBJECT_TYPE + "J)V");
    }
    flags.kinds = -1;
    flags.override = FlagKinds.NEVER | FlagKinds.ALWAYS;
    flags.settle();
    m.v.visitVarInsn(ILOAD, RegionMethod.LEFT);
    m.op(I2L);
    m.push(32);
    m.op(LSHL);
    m.v.visitVarInsn(ILOAD, RegionMethod.EXIT);
    m.op(I2L, LOR, LRETURN);
  }
}
