package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.trap.Delivery;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** INT n, INT3, INTO and INT1 (Intel SDM vol. 2A, INT n). */
final class SoftwareInterrupts {
  private SoftwareInterrupts() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.INT, SoftwareInterrupts::interrupt);
    table.put(Mnemonic.INT3, (cpu, in) -> raise(cpu, GuestFault.BP, false));
    table.put(Mnemonic.INT1, (cpu, in) -> raise(cpu, GuestFault.DB, true));
    table.put(
        Mnemonic.INTO,
        (cpu, in) -> {
          if ((cpu.s.flags.rflags() & CpuState.OF) != 0) {
            raise(cpu, GuestFault.OF, false);
          }
        });
  }

  private static void interrupt(Processor cpu, Instruction in) {
    int vector = (int) Operands.read(cpu, in, 0) & 0xFF;
    if (!cpu.s.virtual8086() || !Virtual8086.interrupt(cpu, vector)) {
      raise(cpu, vector, false);
    }
  }

  /** A trap: the frame shows the next instruction, a fault of the delivery this one. */
  private static void raise(Processor cpu, int vector, boolean privileged) {
    long here = cpu.s.rip;
    int task = cpu.s.tr.selector;
    cpu.s.rip = cpu.nextRip;
    try {
      Delivery.software(cpu, vector, privileged);
    } catch (GuestFault fault) {
      // Unless it is the fault of a new task.
      if (cpu.s.tr.selector == task) {
        cpu.s.rip = here;
      }
      throw fault;
    }
    cpu.nextRip = cpu.s.rip;
    cpu.leaveBlock = true;
  }
}
