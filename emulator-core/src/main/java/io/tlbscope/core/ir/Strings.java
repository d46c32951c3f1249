package io.tlbscope.core.ir;

import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import java.util.Map;

/**
 * MOVS, CMPS, STOS, LODS, SCAS (Intel SDM vol. 1, 7.3.9). {@code mem} is the source operand
 * seg:[rSI], its masks those of the address size; {@code extra} the destination ES:[rDI]. With a
 * repeat prefix the operation ends the block, imm being the next offset: it may run a bounded
 * number of iterations and then itself again.
 */
public final class Strings {
  private Strings() {}

  static void register(Map<Mnemonic, Family> table) {
    for (StringKind kind : StringKind.values()) {
      table.put(Mnemonic.valueOf(kind.name()), l -> lift(l, kind));
    }
  }

  private static void lift(Lift l, StringKind kind) {
    int segment = Segment.DS;
    if (kind == StringKind.MOVS || kind == StringKind.CMPS || kind == StringKind.LODS) {
      for (Operand operand : l.in.operands()) {
        if (operand instanceof Operand.Memory m && m.base() == Lift.RSI) {
          segment = m.segment();
        }
      }
    }
    int addressBits = l.in.addressBits();
    Address source = l.address(segment, Lift.RSI, Lift.ZERO, 0, 0, addressBits);
    Address destination = l.address(Segment.ES, Lift.RDI, Lift.ZERO, 0, 0, addressBits);
    StringOperands extra =
        new StringOperands(kind, destination, addressBits, l.in.repeat(), !l.mode.flat());
    Op op = l.in.repeat() == Instruction.Repeat.NONE ? Op.STRING : Op.STRING_REPEATED;
    l.add(op, l.bits, Lift.DISCARD, Lift.DISCARD, 0, 0, 0, l.next, kind.ordinal(), source, extra);
  }

  /**
   * What a string operation needs besides its source.
   *
   * @param checked segment limits and rights must be checked in each iteration
   */
  public record StringOperands(
      StringKind kind,
      Address destination,
      int addressBits,
      Instruction.Repeat repeat,
      boolean checked) {}
}
