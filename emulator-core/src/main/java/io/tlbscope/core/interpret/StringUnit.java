package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.ir.Address;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.StringKind;
import io.tlbscope.core.ir.Strings.StringOperands;
import io.tlbscope.core.isa.Instruction.Repeat;
import io.tlbscope.core.vcpu.Processor;

/**
 * Iterations of a string instruction. Registers move only after an iteration's memory accesses went
 * through.
 */
final class StringUnit {
  private static final int RAX = 0, RCX = 1, RSI = 6, RDI = 7;

  private final StringKind kind;
  private final Address source, destination;
  private final int bits, up, addressBits;
  private final boolean checked;
  private final Repeat repeat;
  private final StringBulk bulk;
  private final StringScan scan;

  StringUnit(IrOp op) {
    StringOperands operands = op.extra(StringOperands.class);
    kind = operands.kind();
    source = op.mem();
    destination = operands.destination();
    addressBits = operands.addressBits();
    checked = operands.checked();
    repeat = operands.repeat();
    bits = op.bits();
    up = 64 - bits;
    boolean simple = addressBits == 64 && !checked;
    bulk = new StringBulk(kind, source, bits / 8, simple);
    scan = new StringScan(kind, source, bits / 8, simple);
  }

  /** One iteration. */
  void once(Processor cpu, long[] r, Flags f) {
    long step = (f.system() & CpuState.DF) != 0 ? -(bits >> 3) : bits >> 3;
    switch (kind) {
      case MOVS -> {
        long x = fromSource(cpu, r);
        StoreSteps.store(cpu, destination(cpu, r, true), bits, x);
        advance(r, RSI, step);
        advance(r, RDI, step);
      }
      case STOS -> {
        StoreSteps.store(cpu, destination(cpu, r, true), bits, r[RAX]);
        advance(r, RDI, step);
      }
      case LODS -> {
        long x = fromSource(cpu, r);
        r[RAX] = bits == 64 || bits == 32 ? x : r[RAX] & -1L << bits | x;
        advance(r, RSI, step);
      }
      case CMPS -> {
        long x = fromSource(cpu, r);
        long y = LoadSteps.load(cpu, destination(cpu, r, false), bits);
        compare(f, x, y);
        advance(r, RSI, step);
        advance(r, RDI, step);
      }
      default -> {
        long y = LoadSteps.load(cpu, destination(cpu, r, false), bits);
        compare(f, r[RAX], y);
        advance(r, RDI, step);
      }
    }
  }

  /**
   * Up to {@code limit} iterations under the repeat prefix.
   *
   * @return true when the instruction is finished
   */
  boolean repeated(Processor cpu, long[] r, Flags f, int limit) {
    boolean compares = kind == StringKind.CMPS || kind == StringKind.SCAS;
    boolean whileEqual = repeat == Repeat.REP;
    for (int i = 0; i < limit; i++) {
      if (count(r) == 0) {
        return true;
      }
      int most = (int) Math.min(count(r) & Long.MAX_VALUE, limit - i);
      int done = compares ? scan.run(cpu, r, f, most, whileEqual) : bulk.run(cpu, r, f, most);
      if (done > 0) {
        if (compares && f.zf() != whileEqual) {
          return true;
        }
        i += done - 1;
        continue;
      }
      once(cpu, r, f);
      advance(r, RCX, -1);
      if (compares && f.zf() != whileEqual) {
        return true;
      }
      if (cpu.leaveBlock) {
        break;
      }
    }
    return count(r) == 0;
  }

  private long count(long[] r) {
    return r[RCX] & source.offsetMask();
  }

  private void compare(Flags f, long a, long b) {
    long x = a << up;
    long y = b << up;
    f.subtracted(x, y, x - y, up);
  }

  private long fromSource(Processor cpu, long[] r) {
    long offset = r[RSI] & source.offsetMask();
    if (checked) {
      Segmentation.check(cpu, source.segment(), offset, bits >> 3, false);
    }
    return LoadSteps.load(cpu, offset + r[source.segmentSlot()] & source.linearMask(), bits);
  }

  private long destination(Processor cpu, long[] r, boolean write) {
    long offset = r[RDI] & destination.offsetMask();
    if (checked) {
      Segmentation.check(cpu, Segment.ES, offset, bits >> 3, write);
    }
    return offset + r[destination.segmentSlot()] & destination.linearMask();
  }

  private void advance(long[] r, int slot, long by) {
    r[slot] =
        switch (addressBits) {
          case 64 -> r[slot] + by;
          case 32 -> r[slot] + by & 0xFFFF_FFFFL;
          default -> r[slot] & ~0xFFFFL | r[slot] + by & 0xFFFF;
        };
  }
}
