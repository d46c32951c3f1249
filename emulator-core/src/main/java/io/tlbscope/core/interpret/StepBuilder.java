package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import java.util.ArrayList;
import java.util.List;

/** IR of a block to steps; where operations become one step is decided here alone. */
public final class StepBuilder {
  private static final int DISCARD = CpuState.SLOTS - 1;

  private final List<IrOp> ops;
  private final long[] rips;
  private final List<Step> steps = new ArrayList<>();
  private final List<Integer> instructions = new ArrayList<>();
  private Exit exit;

  /**
   * @param rips offset of each instruction and of what follows
   */
  StepBuilder(List<IrOp> ops, long[] rips) {
    this.ops = ops;
    this.rips = rips;
  }

  /**
   * @param texts bytes and disassembly of the last instruction, for errors
   */
  Code build(long pa, long pa2, byte[] bytes, String text) {
    int last = ops.size() - 1;
    for (int i = 0; i < last; i++) {
      IrOp op = ops.get(i);
      IrOp end = ops.get(last);
      boolean compares = (op.op() == Op.SUB || op.op() == Op.AND) && op.dst() == DISCARD;
      if (i == last - 1 && end.op() == Op.JCC && compares) {
        exit = BranchExits.fused(op, end);
      } else if (!useless(op)) {
        add(step(op), op.index());
      }
    }
    IrOp end = ops.get(last);
    if (exit == null) {
      exit = exit(end, text);
    }
    exit.target = end.imm();
    exit.other = rips[rips.length - 1];
    exit.position = steps.size();
    instructions.add(end.index());
    return new Code(
        pa,
        pa2,
        bytes,
        steps.toArray(Step[]::new),
        exit,
        instructions.stream().mapToInt(n -> n).toArray(),
        rips);
  }

  /** Instructions that do nothing are lifted to a move to nowhere. */
  private static boolean useless(IrOp op) {
    return op.dst() == DISCARD && op.op() == Op.MOV;
  }

  private void add(Step step, int instruction) {
    step.position = steps.size();
    steps.add(step);
    instructions.add(instruction);
  }

  /** The step of an operation that does not end a block, for engines that run it alone. */
  public static Step step(IrOp op) {
    return switch (op.op()) {
      case MOV, SEXT, GET8H, PUT8, PUT8H, PUT16, SELECT, SET -> MoveSteps.of(op);
      case ATOMIC, CMPXCHG_WIDE, FENCE -> AtomicSteps.of(op);
      case LOAD, LOADS, LOAD_RMW, LEA -> LoadSteps.of(op);
      case STORE, PROBE_WRITE, SEG_CHECK, ALIGNED -> StoreSteps.of(op);
      case ADD, SUB, ADC, SBB, INC, DEC, NEG, NOT -> ArithmeticSteps.of(op);
      case AND, OR, XOR -> LogicSteps.of(op);
      case SHL, SHR, SAR, ROL, ROR, RCL, RCR, SHLD, SHRD -> ShiftSteps.of(op);
      case BT, BTS, BTR, BTC, BIT_UNIT, BSF, BSR, POPCNT, CRC32, BSWAP -> BitSteps.of(op);
      case IMUL, MULU, MULS, DIVU, DIVS -> MultiplySteps.of(op);
      case CARRY, DIRECTION, FLAGS_READ, FLAGS_LOW, BOUND, CANONICAL, SSE_CHECK, BCD ->
          RareSteps.of(op);
      case XLOAD, XSTORE, XPUT, XGET, VECTOR, XFROM, XTO, FCOMPARE -> VectorSteps.of(op);
      case X87_CHECK, X87, X87_MAKE, X87_STORE, X87_FLAGS -> X87Steps.of(op);
      case MMX_GET, MMX_PUT, MMX -> MmxSteps.of(op);
      case STRING -> new StringSteps.Once(op);
      default -> throw new IllegalStateException("no step for " + op.op());
    };
  }

  private Exit exit(IrOp op, String text) {
    long rip = rips[op.index()];
    if (op.op() == Op.STRING_REPEATED) {
      return new StringSteps.Repeated(op, rip);
    }
    Exit branch = BranchExits.of(op);
    return branch != null ? branch : SystemExits.of(op, rip, op.index(), text);
  }
}
