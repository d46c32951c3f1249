package io.tlbscope.core.system;

import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.vcpu.Processor;

/**
 * The semantics of an instruction too rare for IR operations of its own; both engines call it.
 *
 * <p>On entry {@code cpu.s.rip} is the instruction's offset and {@code cpu.nextRip} that of the
 * next one; to jump it sets {@code cpu.nextRip}. It throws {@code cpu.fault} with nothing changed
 * when the guest faults. After a normal return the engine sets {@code s.rip = nextRip}. It always
 * ends a block.
 */
@FunctionalInterface
public interface Helper {
  void run(Processor cpu, Instruction instruction);
}
