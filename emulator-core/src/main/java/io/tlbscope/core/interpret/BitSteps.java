package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.vcpu.Processor;

/** BT and its like, BSF, BSR, POPCNT, CRC32, BSWAP. */
final class BitSteps {
  private BitSteps() {}

  static Step of(IrOp op) {
    return switch (op.op()) {
      case BT, BTS, BTR, BTC -> new Test(op);
      case BIT_UNIT -> new Unit(op);
      case BSF, BSR, POPCNT -> new Scan(op);
      case CRC32 -> new Crc(op);
      case BSWAP -> new Swap(op);
      default -> null;
    };
  }

  /** CF is the bit, the other flags stay. */
  private static final class Test extends AluStep {
    private final Op kind;
    private final int mask;

    Test(IrOp op) {
      super(op);
      kind = op.op();
      mask = op.bits() - 1;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      int n = (int) (r[b] + imm) & mask;
      long x = r[a];
      f.cf((x >>> n & 1) != 0);
      long bit = 1L << n;
      long z =
          switch (kind) {
            case BTS -> x | bit;
            case BTR -> x & ~bit;
            case BTC -> x ^ bit;
            default -> x;
          };
      r[d] = z << up >>> up;
    }
  }

  private static final class Unit extends AluStep {
    private final int shift;
    private final int bytesShift;

    Unit(IrOp op) {
      super(op);
      shift = Integer.numberOfTrailingZeros(op.bits());
      bytesShift = shift - 3;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[b] << up >> up >> shift << bytesShift;
    }
  }

  private static final class Scan extends AluStep {
    private final Op kind;

    Scan(IrOp op) {
      super(op);
      kind = op.op();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long x = r[a] << up >>> up;
      f.logic(x << up >> up);
      if (kind == Op.POPCNT) {
        r[d] = Long.bitCount(x);
        f.arithmetic(x == 0 ? io.tlbscope.core.cpu.CpuState.ZF : 0);
      } else if (x != 0) {
        r[d] = kind == Op.BSF ? Long.numberOfTrailingZeros(x) : 63 - Long.numberOfLeadingZeros(x);
      }
    }
  }

  /** CRC-32C, polynomial 11EDC6F41H reflected (Intel SDM vol. 2A, CRC32). */
  private static final class Crc extends AluStep {
    private final int seed;
    private final int sourceBits;

    Crc(IrOp op) {
      super(op);
      seed = op.c();
      sourceBits = op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      int crc = (int) r[seed];
      long x = r[a];
      for (int i = 0; i < sourceBits; i += 8) {
        crc ^= (int) (x >>> i) & 0xFF;
        for (int k = 0; k < 8; k++) {
          crc = crc >>> 1 ^ (crc & 1) * 0x82F63B78;
        }
      }
      r[d] = crc & 0xFFFF_FFFFL;
    }
  }

  private static final class Swap extends AluStep {
    Swap(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = Long.reverseBytes(r[a]) >>> up;
    }
  }
}
