package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.Address;
import io.tlbscope.core.ir.StringKind;
import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.vcpu.Processor;

/**
 * Many iterations of REP MOVS or REP STOS at once: as far as both pages reach, if both are behind
 * the look-aside, so that nobody could tell them from single ones. Upwards and in 64-bit code only.
 */
final class StringBulk {
  /** Below this the single iterations are as fast. */
  private static final int WORTH = 4;

  private static final int RAX = 0, RCX = 1, RSI = 6, RDI = 7;
  private final boolean possible, copies;
  private final Address source;
  private final int size;

  StringBulk(StringKind kind, Address source, int size, boolean possible) {
    this.copies = kind == StringKind.MOVS;
    this.possible = possible && (copies || kind == StringKind.STOS) && source.linearMask() == -1;
    this.source = source;
    this.size = size;
  }

  /**
   * Does up to {@code most} iterations.
   *
   * @return iterations done, registers moved; 0 if they have to be done singly
   */
  int run(Processor cpu, long[] r, Flags f, int most) {
    if (!possible || most < WORTH || (f.system() & CpuState.DF) != 0) {
      return 0;
    }
    long to = r[RDI];
    long from = r[RSI] + r[source.segmentSlot()];
    int n = Math.min(most, room(to));
    if (copies) {
      n = Math.min(n, room(from));
    }
    if (n < WORTH) {
      return 0;
    }
    int bytes = n * size;
    long toHa = cpu.mmu.hostAddressForWrite(to, bytes);
    if (toHa == 0) {
      return 0;
    }
    if (copies) {
      long fromHa = cpu.mmu.hostAddressForRead(from, bytes);
      // A destination just above the source repeats a pattern.
      if (fromHa == 0 || toHa > fromHa && toHa < fromHa + bytes) {
        return 0;
      }
      HostMemory.copy(fromHa, toHa, bytes);
      r[RSI] += bytes;
    } else {
      fill(toHa, bytes, r[RAX]);
    }
    r[RDI] += bytes;
    r[RCX] -= n;
    return n;
  }

  private int room(long va) {
    return (4096 - (int) (va & 4095)) / size;
  }

  private void fill(long ha, int bytes, long value) {
    long pattern =
        switch (size) {
          case 1 -> (value & 0xFF) * 0x0101_0101_0101_0101L;
          case 2 -> (value & 0xFFFF) * 0x0001_0001_0001_0001L;
          case 4 -> (value & 0xFFFF_FFFFL) * 0x0000_0001_0000_0001L;
          default -> value;
        };
    if (pattern == Long.rotateLeft(pattern, 8)) {
      HostMemory.fill(ha, bytes, (byte) pattern);
      return;
    }
    int at = 0;
    for (; at + 8 <= bytes; at += 8) {
      HostMemory.storeLong(ha + at, pattern);
    }
    for (; at < bytes; at += size) {
      switch (size) {
        case 1 -> HostMemory.storeByte(ha + at, (byte) pattern);
        case 2 -> HostMemory.storeShort(ha + at, (short) pattern);
        default -> HostMemory.storeInt(ha + at, (int) pattern);
      }
    }
  }
}
