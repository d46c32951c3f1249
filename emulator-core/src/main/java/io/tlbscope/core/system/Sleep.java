package io.tlbscope.core.system;

import io.tlbscope.core.hook.VcpuHooks;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.trap.Monitor;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** HLT, PAUSE, MONITOR, MWAIT (Intel SDM vol. 3A, 8.10). */
final class Sleep {
  private static final int RCX = 1;

  private Sleep() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.HLT, Sleep::hlt);
    table.put(Mnemonic.PAUSE, (cpu, in) -> yieldSlice(cpu));
    table.put(Mnemonic.MONITOR, Sleep::monitor);
    table.put(Mnemonic.MWAIT, Sleep::mwait);
  }

  private static void yieldSlice(Processor cpu) {
    cpu.leaveBlock = true;
    cpu.yield = true;
  }

  private static void sleep(Processor cpu, Activity activity) {
    cpu.activity = activity;
    yieldSlice(cpu);
    cpu.s.rip = cpu.nextRip;
    VcpuHooks.halt(cpu);
  }

  private static void hlt(Processor cpu, Instruction in) {
    Checks.privileged(cpu);
    sleep(cpu, Activity.HALTED);
  }

  private static void monitor(Processor cpu, Instruction in) {
    supervisor(cpu);
    if (Checks.low(cpu, RCX) != 0) {
      throw Checks.gp(cpu);
    }
    long va = Operands.linear(cpu, in, (Operand.Memory) in.operand(0), 0, 1, false);
    Operands.load(cpu, va, 1);
    Monitor.arm(cpu, cpu.translate(va));
  }

  private static void mwait(Processor cpu, Instruction in) {
    supervisor(cpu);
    int extensions = Checks.low(cpu, RCX);
    if ((extensions & ~1) != 0) {
      throw Checks.gp(cpu);
    }
    cpu.mwaitBreaksMasked = extensions != 0;
    if (Monitor.triggered(cpu)) {
      yieldSlice(cpu);
    } else {
      sleep(cpu, Activity.MWAIT);
    }
  }

  private static void supervisor(Processor cpu) {
    if (cpu.s.cpl != 0) {
      throw Checks.ud(cpu);
    }
  }
}
