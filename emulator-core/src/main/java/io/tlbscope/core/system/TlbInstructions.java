package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** INVLPG, INVPCID (Intel SDM vol. 2A; vol. 3A, 4.10.4.1), INVLPGB and TLBSYNC (AMD APM vol. 3). */
final class TlbInstructions {
  /**
   * INVLPGB, rAX bits 5..0: VA valid, PCID valid, ASID valid, include global, final translation
   * only, nested.
   */
  private static final int PCID_VALID = 2, ASID_VALID = 4, FLAGS = 0x3F;

  private static final long INVLPGB_RESERVED = 0xFC0;

  private TlbInstructions() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.INVLPG, interaction(TlbInstructions::invlpg));
    table.put(Mnemonic.INVPCID, interaction(TlbInstructions::invpcid));
    table.put(Mnemonic.INVLPGB, interaction(TlbInstructions::invlpgb));
    table.put(Mnemonic.TLBSYNC, interaction(TlbInstructions::tlbsync));
  }

  /** Others may still use what is invalidated here. */
  private static Helper interaction(Helper helper) {
    return (cpu, in) -> {
      helper.run(cpu, in);
      cpu.onInteraction.run();
    };
  }

  /** No limit check; a non-canonical address does nothing. */
  private static void invlpg(Processor cpu, Instruction in) {
    Checks.privileged(cpu);
    Operand.Memory m = (Operand.Memory) in.operand(0);
    long offset = Operands.effective(cpu, in, m);
    boolean flat = cpu.s.code64();
    long base = flat && m.segment() < Segment.FS ? 0 : cpu.s.segments[m.segment()].base;
    long va = base + offset;
    if (!flat) {
      cpu.mmu.invlpg(va & 0xFFFF_FFFFL);
    } else if (Operands.canonical(va)) {
      cpu.mmu.invlpg(va);
    }
  }

  private static void invpcid(Processor cpu, Instruction in) {
    CpuState s = cpu.s;
    Checks.privileged(cpu);
    long type = Operands.read(cpu, in, 0);
    long descriptor = Operands.linear(cpu, in, (Operand.Memory) in.operand(1), 0, 16, false);
    long first = Operands.load(cpu, descriptor, 8);
    long va = Operands.load(cpu, descriptor + 8, 8);
    int pcid = (int) first & 0xFFF;
    boolean onePcid = type == 0 || type == 1;
    if (Long.compareUnsigned(type, 3) > 0
        || first >>> 12 != 0
        || onePcid && pcid != 0 && (s.cr4 & CpuState.CR4_PCIDE) == 0
        || type == 0 && !Operands.canonical(va)) {
      throw Checks.gp(cpu);
    }
    cpu.mmu.invpcid((int) type, pcid, va);
  }

  /** Broadcast to all vCPUs of the machine; only ASID 0 (the host's) exists here. */
  private static void invlpgb(Processor cpu, Instruction in) {
    available(cpu);
    long rax = cpu.r[0];
    int ecx = (int) cpu.r[1];
    int edx = (int) cpu.r[2];
    int flags = (int) rax & FLAGS;
    int count = ecx & 0xFFFF;
    int pcid = edx >>> 16 & 0xFFF;
    boolean pcids = (cpu.s.cr4 & CpuState.CR4_PCIDE) != 0;
    if ((rax & INVLPGB_RESERVED) != 0
        || count > CpuidModel.INVLPGB_MAX_COUNT
        || (ecx & 0x7FFF_0000) != 0
        || edx >>> 28 != 0
        || (flags & PCID_VALID) != 0 && !pcids && pcid != 0) {
      throw Checks.gp(cpu);
    }
    if ((flags & ASID_VALID) != 0 && (edx & 0xFFFF) != 0) {
      return;
    }
    // The sender's linear address, whatever mode a receiver is in.
    long va = (cpu.s.code64() ? rax : rax & 0xFFFF_FFFFL) & ~0xFFFL;
    for (int i = 0; i < cpu.machine().vcpuCount(); i++) {
      if (cpu.machine().vcpu(i) instanceof Processor peer) {
        peer.mmu.invlpgb(flags, va, pcid, count, ecx < 0);
      }
    }
  }

  private static void tlbsync(Processor cpu, Instruction in) {
    available(cpu);
    cpu.mmu.tlbsync();
  }

  private static void available(Processor cpu) {
    if (!cpu.s.cpuid.invlpgb() || !cpu.s.protectedMode()) {
      throw Checks.ud(cpu);
    }
    Checks.privileged(cpu);
  }
}
