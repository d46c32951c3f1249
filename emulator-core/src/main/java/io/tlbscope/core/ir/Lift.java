package io.tlbscope.core.ir;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.isa.RegisterFile;
import java.util.List;

/**
 * One instruction being lifted: its operands as slots, and the list that operations are appended
 * to.
 */
final class Lift {
  static final int ZERO = CpuState.ZERO;
  static final int RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7;

  /** Where results go that nobody wants: CMP, TEST. */
  static final int DISCARD = CpuState.SLOTS - 1;

  final Instruction in;
  final LiftMode mode;

  /** Offset of the instruction and of the next one. */
  final long rip, next;

  final int bits;

  private final List<IrOp> out;
  private final int index;
  private int temporary = CpuState.TEMPORARIES;

  Lift(Instruction in, LiftMode mode, long rip, List<IrOp> out, int index) {
    this.in = in;
    this.mode = mode;
    this.rip = rip;
    this.next = ripMask(rip + in.length());
    this.bits = in.operandBits();
    this.out = out;
    this.index = index;
  }

  /** A fresh temporary slot. */
  int temp() {
    if (temporary >= DISCARD) {
      throw new IllegalStateException("too many temporaries in " + in.mnemonic());
    }
    return temporary++;
  }

  void add(
      Op op,
      int width,
      int dst,
      int dst2,
      int a,
      int b,
      int c,
      long imm,
      int sub,
      Address mem,
      Object extra) {
    boolean flags = op.flagUse() != Op.FlagUse.NONE && op.flagUse() != Op.FlagUse.READS;
    out.add(new IrOp(op, width, dst, dst2, a, b, c, imm, sub, mem, extra, flags, index));
  }

  /** dst = a op (r[b] + imm), flags set. */
  void alu(Op op, int width, int dst, int a, int b, long imm) {
    add(op, width, dst, DISCARD, a, b, ZERO, imm, 0, null, null);
  }

  /** As {@link #alu}, flags untouched. */
  void quiet(Op op, int width, int dst, int a, int b, long imm) {
    alu(op, width, dst, a, b, imm);
    out.add(out.removeLast().withoutFlags());
  }

  void mov(int width, int dst, int b, long imm) {
    add(Op.MOV, width, dst, DISCARD, ZERO, b, ZERO, imm, 0, null, null);
  }

  void sub(Op op, int width, int dst, int a, int b, long imm, int sub) {
    add(op, width, dst, DISCARD, a, b, ZERO, imm, sub, null, null);
  }

  // ---- memory

  void load(int width, int dst, Address mem) {
    check(mem, width, false);
    add(Op.LOAD, width, dst, DISCARD, ZERO, ZERO, ZERO, 0, 0, mem, null);
  }

  void loadForStore(int width, int dst, Address mem) {
    check(mem, width, true);
    add(Op.LOAD_RMW, width, dst, DISCARD, ZERO, ZERO, ZERO, 0, 0, mem, null);
  }

  void store(int width, Address mem, int b, long imm) {
    check(mem, width, true);
    add(Op.STORE, width, DISCARD, DISCARD, ZERO, b, ZERO, imm, 0, mem, null);
  }

  /** Store to where {@link #loadForStore} went: checked already. */
  void storeBack(int width, Address mem, int b) {
    add(Op.STORE, width, DISCARD, DISCARD, ZERO, b, ZERO, 0, 0, mem, null);
  }

  /** An operation on memory of {@code access} bits, segment checked. */
  void mem(
      Op op, int width, int dst, int a, long imm, int sub, Address mem, boolean write, int access) {
    check(mem, access, write);
    add(op, width, dst, DISCARD, a, ZERO, ZERO, imm, sub, mem, null);
  }

  void check(Address mem, int width, boolean write) {
    if (!mode.flat() && mem.segment() >= 0) {
      add(Op.SEG_CHECK, width, DISCARD, DISCARD, ZERO, ZERO, ZERO, 0, write ? 1 : 0, mem, null);
    }
  }

  Address address(Operand.Memory m) {
    long displacement = m.displacement();
    if (m.ripRelative()) {
      displacement += rip + in.length();
    }
    int base = m.base() < 0 ? ZERO : m.base();
    int index = m.index() < 0 ? ZERO : m.index();
    return address(m.segment(), base, index, m.scale(), displacement, in.addressBits());
  }

  Address address(int segment, int base, int index, int scale, long displacement, int addressBits) {
    boolean unbased = mode.is64() && segment < Segment.FS;
    return new Address(
        segment,
        unbased ? ZERO : CpuState.SEGMENT_BASES + segment,
        base,
        index,
        scale,
        displacement,
        mask(addressBits),
        mode.is64() ? -1 : 0xFFFF_FFFFL);
  }

  /** The stack at {@code displacement} from its pointer. */
  Address stack(long displacement) {
    return address(Segment.SS, RSP, ZERO, 0, displacement, mode.stackBits());
  }

  // ---- operands

  boolean isMemory(int n) {
    return in.operand(n) instanceof Operand.Memory;
  }

  boolean isXmm(int n) {
    return in.operand(n) instanceof Operand.Register r && r.file() == RegisterFile.XMM;
  }

  int number(int n) {
    return ((Operand.Register) in.operand(n)).number();
  }

  Address memory(int n) {
    return address((Operand.Memory) in.operand(n));
  }

  int width(int n) {
    return in.operand(n).bits();
  }

  /**
   * Slot whose low bits are operand {@code n}'s value (loads memory); the zero slot for immediates:
   * see {@link #imm}.
   */
  int slot(int n) {
    switch (in.operand(n)) {
      case Operand.Register reg -> {
        if (!reg.highByte()) {
          return reg.number();
        }
        int t = temp();
        alu(Op.GET8H, 8, t, reg.number(), ZERO, 0);
        return t;
      }
      case Operand.Memory m -> {
        int t = temp();
        load(m.bits(), t, address(m));
        return t;
      }
      default -> {
        return ZERO;
      }
    }
  }

  /** What to add to {@link #slot}: the immediate's value, else 0. */
  long imm(int n) {
    return in.operand(n) instanceof Operand.Immediate i ? i.value() : 0;
  }

  /**
   * Slot to compute operand {@code n}'s new value in: the register itself where a whole-register
   * write is right.
   */
  int target(int n) {
    return in.operand(n) instanceof Operand.Register reg && reg.bits() >= 32
        ? reg.number()
        : temp();
  }

  /** Writes the value computed in {@code slot} to the register operand {@code n}. */
  void put(int n, int slot) {
    put((Operand.Register) in.operand(n), slot);
  }

  private void put(Operand.Register reg, int slot) {
    putRegister(reg.number(), reg.bits(), reg.highByte(), slot);
  }

  void putRegister(int number, int width, boolean high, int slot) {
    if (width == 8) {
      alu(high ? Op.PUT8H : Op.PUT8, 8, number, ZERO, slot, 0);
    } else if (width == 16) {
      alu(Op.PUT16, 16, number, ZERO, slot, 0);
    } else if (slot != number) {
      mov(width, number, slot, 0);
    }
  }

  // ---- XMM registers

  /** Scratch XMM register. */
  static final int SCRATCH = 16;

  /** #UD and #NM come before any memory access. */
  void checkSse(boolean arithmetic) {
    add(Op.SSE_CHECK, 0, DISCARD, DISCARD, 0, 0, 0, 0, arithmetic ? 1 : 0, null, null);
  }

  /** XMM register that holds operand {@code n}; memory is loaded into the scratch register. */
  int xmm(int n, boolean aligned) {
    if (!isMemory(n)) {
      return number(n);
    }
    Address mem = memory(n);
    int width = width(n);
    if (aligned && width == 128) {
      align(mem, false);
    }
    mem(Op.XLOAD, width, SCRATCH, ZERO, 0, 0, mem, false, width);
    return SCRATCH;
  }

  void align(Address mem, boolean write) {
    mem(Op.ALIGNED, 128, DISCARD, ZERO, 16, 0, mem, write, 128);
  }

  void vector(VectorFunction function, int dst, int source, long imm) {
    add(Op.VECTOR, 128, dst, DISCARD, ZERO, source, ZERO, imm, 0, null, function);
  }

  // ---- offsets

  /** {@code value} as an instruction pointer of this code mode. */
  long ripMask(long value) {
    return switch (mode.code()) {
      case BITS64 -> value;
      case BITS32 -> value & 0xFFFF_FFFFL;
      default -> value & 0xFFFF_FFFFL;
    };
  }

  static long mask(int width) {
    return width == 64 ? -1 : (1L << width) - 1;
  }
}
