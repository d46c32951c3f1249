package io.tlbscope.core.system;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * ADCX and ADOX: additions that carry through CF alone and OF alone, so that two chains can run at
 * once (Intel SDM vol. 2A). All other flags stay.
 */
final class CarryChains {
  private CarryChains() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.ADCX, (cpu, in) -> add(cpu, in, false));
    table.put(Mnemonic.ADOX, (cpu, in) -> add(cpu, in, true));
  }

  private static void add(Processor cpu, Instruction in, boolean overflow) {
    Flags flags = cpu.s.flags;
    long b = Operands.read(cpu, in, 1);
    long a = Operands.read(cpu, in, 0);
    long sum = a + b + ((overflow ? flags.of() : flags.cf()) ? 1 : 0);
    int width = ((Operand.Register) in.operand(0)).bits();
    // 32-bit operands are zero-extended: bit 32 of the sum is the carry.
    boolean carry = width == 32 ? sum >>> 32 != 0 : ((a & b | (a | b) & ~sum) < 0);
    flags.carryOverflow(overflow ? flags.cf() : carry, overflow ? carry : flags.of());
    Operands.write(cpu, in, 0, sum);
  }
}
