package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Lifter.HelperCall;
import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.system.StoreOrdering;
import io.tlbscope.core.vcpu.Processor;

/** Ends of a block after which anything may be different: helpers, exceptions. */
final class SystemExits {
  /**
   * Units that CR0 and CR4 may have switched off, so that the guest is told before anything is
   * found missing.
   */
  private static final int ALWAYS_ON = 0, SSE = 1;

  private SystemExits() {}

  /** The unit that a missing feature of {@link io.tlbscope.core.isa.Undecoded} belongs to. */
  static int unit(String feature) {
    return feature.startsWith("sse") || feature.startsWith("ssse") ? SSE : ALWAYS_ON;
  }

  /**
   * @param rip offset of the instruction
   * @param before instructions of the block before it
   * @param text bytes and disassembly, for errors
   */
  static Exit of(IrOp op, long rip, int before, String text) {
    return switch (op.op()) {
      case HELPER -> new Help(op, rip, before);
      case RAISE -> new Raise(op);
      case UNIMPLEMENTED -> new Unimplemented(op.sub(), text);
      default -> null;
    };
  }

  private static final class Help extends Exit {
    private final HelperCall call;
    private final long rip, next;
    private final int before;

    Help(IrOp op, long rip, int before) {
      call = op.extra(HelperCall.class);
      this.rip = rip;
      this.next = op.imm();
      this.before = before;
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      cpu.position = -1;
      cpu.s.rip = rip;
      cpu.s.retired += before;
      cpu.nextRip = next;
      StoreOrdering.before(cpu, call.instruction());
      call.helper().run(cpu, call.instruction());
      // Many of them serialise (Intel SDM vol. 3A, 9.3); for the rest it costs little.
      HostMemory.fence();
      cpu.s.rip = cpu.nextRip;
      cpu.s.retired -= before;
      return ANYTHING;
    }
  }

  private static final class Raise extends Exit {
    private final int vector;
    private final boolean code;

    Raise(IrOp op) {
      vector = (int) op.imm();
      code = op.sub() != 0;
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      throw code ? cpu.fault.with(vector, 0) : cpu.fault.with(vector);
    }
  }

  private static final class Unimplemented extends Exit {
    private final int unit;
    private final String text;

    Unimplemented(int unit, String text) {
      this.unit = unit;
      this.text = text;
    }

    /**
     * #UD and #NM of a unit that is off (Intel SDM vol. 3A, 2.5 and table 13-1): kernels switch it
     * on when it is first used.
     */
    private void check(Processor cpu) {
      long cr0 = cpu.s.cr0;
      boolean emulated = (cr0 & CpuState.CR0_EM) != 0;
      if (unit == SSE && (emulated || (cpu.s.cr4 & CpuState.CR4_OSFXSR) == 0)) {
        throw cpu.fault.with(GuestFault.UD);
      }
      if (unit != ALWAYS_ON && (cr0 & CpuState.CR0_TS) != 0) {
        throw cpu.fault.with(GuestFault.NM);
      }
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      check(cpu);
      throw new EmulatorError(
          "unimplemented-instruction", "vCPU " + cpu.index() + " reached " + text);
    }
  }
}
