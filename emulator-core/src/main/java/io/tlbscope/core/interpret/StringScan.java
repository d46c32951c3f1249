package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.Address;
import io.tlbscope.core.ir.StringKind;
import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.vcpu.Processor;

/**
 * Many iterations of a repeated CMPS or SCAS at once, under the same conditions as {@link
 * StringBulk}: upwards, in 64-bit code, as far as the pages reach and are behind the look-aside.
 */
final class StringScan {
  private static final int WORTH = 4;
  private static final int RAX = 0, RCX = 1, RSI = 6, RDI = 7;
  private final boolean possible, compares;
  private final Address source;
  private final int size, up;

  /** The lowest and the top bit of each element of a quadword. */
  private final long ones, tops;

  StringScan(StringKind kind, Address source, int size, boolean possible) {
    this.compares = kind == StringKind.CMPS;
    this.possible = possible && (compares || kind == StringKind.SCAS) && source.linearMask() == -1;
    this.source = source;
    this.size = size;
    this.up = 64 - 8 * size;
    this.ones = Long.divideUnsigned(-1, -1L >>> up);
    this.tops = ones << 8 * size - 1;
  }

  /**
   * Does up to {@code most} iterations, and none after the one that ends the repetition.
   *
   * @param whileEqual REPE; else REPNE
   * @return iterations done, registers moved and flags set; 0 if they have to be done singly
   */
  int run(Processor cpu, long[] r, Flags f, int most, boolean whileEqual) {
    if (!possible || most < WORTH || (f.system() & CpuState.DF) != 0) {
      return 0;
    }
    long with = r[RDI];
    long from = r[RSI] + r[source.segmentSlot()];
    int n = Math.min(most, room(with));
    if (compares) {
      n = Math.min(n, room(from));
    }
    if (n < WORTH) {
      return 0;
    }
    long withHa = cpu.mmu.hostAddressForRead(with, n * size);
    long fromHa = compares ? cpu.mmu.hostAddressForRead(from, n * size) : 0;
    if (withHa == 0 || compares && fromHa == 0) {
      return 0;
    }
    long x = r[RAX] << up;
    long y = 0;
    // Whole quadwords in which nothing ends the repetition; the last element is left, for the
    // flags.
    int done = quadwords(fromHa, withHa, n - 1, repeated(r[RAX]), whileEqual);
    do {
      if (compares) {
        x = load(fromHa + (long) done * size);
      }
      y = load(withHa + (long) done * size);
      done++;
    } while (done < n && x == y == whileEqual);
    f.subtracted(x, y, x - y, up);
    if (compares) {
      r[RSI] += (long) done * size;
    }
    r[RDI] += (long) done * size;
    r[RCX] -= done;
    return done;
  }

  private int quadwords(long fromHa, long withHa, int most, long pattern, boolean whileEqual) {
    int each = 8 / size;
    int done = 0;
    for (; done + each <= most; done += each) {
      long at = (long) done * size;
      long differing =
          HostMemory.loadLong(withHa + at)
              ^ (compares ? HostMemory.loadLong(fromHa + at) : pattern);
      if (whileEqual ? differing != 0 : (differing - ones & ~differing & tops) != 0) {
        break;
      }
    }
    return done;
  }

  /** The accumulator's element in all lanes of a quadword. */
  private long repeated(long value) {
    return (value & -1L >>> up) * ones;
  }

  private int room(long va) {
    return (4096 - (int) (va & 4095)) / size;
  }

  /** An element, moved to the top. */
  private long load(long ha) {
    return switch (size) {
      case 1 -> (long) HostMemory.loadByte(ha) << 56;
      case 2 -> (long) HostMemory.loadShort(ha) << 48;
      case 4 -> (long) HostMemory.loadInt(ha) << 32;
      default -> HostMemory.loadLong(ha);
    };
  }
}
