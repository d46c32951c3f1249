package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.ExtendedState;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.vcpu.Processor;
import java.util.Arrays;

/**
 * Each component of XSAVE's area: whether it is in use, how it is saved, restored and set to its
 * initial state (Intel SDM vol. 1, 13.5 and 13.6). {@code format} is XCOMP_BV, 0 for the standard
 * format.
 */
final class StateComponents {
  /** MXCSR bits that exist. */
  static final int MXCSR_MASK = FloatingPointState.MXCSR_MASK;

  private static final int MXCSR = 24, INITIAL_MXCSR = 0x1F80;

  /** In the order in which they are saved. */
  private static final int[] ALL = {ExtendedState.X87, ExtendedState.SSE, ExtendedState.PKRU};

  private StateComponents() {}

  /** XINUSE. */
  static long inUse(CpuState s) {
    boolean xmm = s.mxcsr != INITIAL_MXCSR;
    for (int i = 0; i < 32 && !xmm; i++) {
      xmm = s.xmm[i] != 0;
    }
    return (FloatingPointState.inUse(s) ? 1L << ExtendedState.X87 : 0)
        | (xmm ? 1L << ExtendedState.SSE : 0)
        | (s.pkru != 0 ? 1L << ExtendedState.PKRU : 0);
  }

  private static long at(long va, int n, long format) {
    return va
        + (n < 2 || format == 0
            ? ExtendedState.offset(n)
            : ExtendedState.compacted(n, format & Long.MAX_VALUE));
  }

  /** Raises what accesses to the components behind the header would raise. */
  static void probe(Processor cpu, long va, long components, long format, boolean write) {
    for (int n : ALL) {
      if (n >= 2 && (components >>> n & 1) != 0) {
        long at = at(va, n, format);
        if (write) {
          cpu.mmu.probeWrite(at, ExtendedState.size(n));
        } else {
          cpu.mmu.probeRead(at, ExtendedState.size(n));
        }
      }
    }
  }

  static void saveMxcsr(Processor cpu, long va) {
    cpu.mmu.store64(va + MXCSR, cpu.s.mxcsr & 0xFFFF_FFFFL | (long) MXCSR_MASK << 32);
  }

  static void save(Processor cpu, Instruction in, long va, long components, long format) {
    for (int n : ALL) {
      if ((components >>> n & 1) != 0) {
        save(cpu, in, va, n, at(va, n, format));
      }
    }
  }

  private static void save(Processor cpu, Instruction in, long va, int n, long at) {
    switch (n) {
      case ExtendedState.X87 -> FloatingPointState.save(cpu, in, va);
      case ExtendedState.SSE -> FloatingPointState.saveXmm(cpu, in, va);
      default -> cpu.mmu.store64(at, cpu.s.pkru & 0xFFFF_FFFFL);
    }
  }

  /** Components that {@code present} does not name get their initial state. */
  static void restore(
      Processor cpu, Instruction in, long va, long components, long present, long format) {
    for (int n : ALL) {
      if ((components >>> n & 1) != 0) {
        boolean there = (present >>> n & 1) != 0;
        restore(cpu, in, va, n, there ? at(va, n, format) : -1);
      }
    }
  }

  private static void restore(Processor cpu, Instruction in, long va, int n, long at) {
    CpuState s = cpu.s;
    switch (n) {
      case ExtendedState.X87 -> {
        if (at < 0) {
          FloatingPointState.initialise(s);
        } else {
          FloatingPointState.restore(cpu, in, va);
        }
      }
      case ExtendedState.SSE -> {
        if (at < 0) {
          Arrays.fill(s.xmm, 0, 2 * FloatingPointState.registers(in), 0);
        } else {
          FloatingPointState.restoreXmm(cpu, in, va);
        }
      }
      default -> ProtectionKeys.set(cpu, at < 0 ? 0 : (int) cpu.mmu.load32(at));
    }
  }
}
