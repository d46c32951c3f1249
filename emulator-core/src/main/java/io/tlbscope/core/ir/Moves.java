package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.isa.RegisterFile;
import java.util.Map;

/** MOV, MOVZX, MOVSX, LEA, CMOVcc, SETcc, XLAT and what does nothing (Intel SDM vol. 1, 7.3.1). */
final class Moves {
  private Moves() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.MOV, Moves::move);
    table.put(Mnemonic.MOVNTI, Moves::move);
    table.put(Mnemonic.MOVZX, l -> extend(l, false));
    table.put(Mnemonic.MOVSX, l -> extend(l, true));
    table.put(Mnemonic.MOVSXD, l -> extend(l, true));
    table.put(Mnemonic.LEA, Moves::effectiveAddress);
    table.put(Mnemonic.CMOVCC, Moves::conditional);
    table.put(Mnemonic.SETCC, Moves::setByte);
    table.put(Mnemonic.XLAT, Moves::translate);
    for (Mnemonic nothing :
        new Mnemonic[] {
          Mnemonic.NOP,
          Mnemonic.ENDBR32,
          Mnemonic.ENDBR64,
          // Loads stay in order, and stores do, without the fences that ask for it.
          Mnemonic.LFENCE,
          Mnemonic.SFENCE,
          Mnemonic.PREFETCH
        }) {
      table.put(nothing, l -> l.mov(64, Lift.DISCARD, Lift.ZERO, 0));
    }
    table.put(Mnemonic.MFENCE, l -> l.sub(Op.FENCE, 64, Lift.DISCARD, Lift.ZERO, Lift.ZERO, 0, 0));
  }

  private static void move(Lift l) {
    for (Operand operand : l.in.operands()) {
      if (operand instanceof Operand.Register r && r.file() != RegisterFile.GENERAL) {
        throw new UnsupportedForm("MOV of a " + r.file() + " register");
      }
    }
    int width = l.width(0);
    if (l.isMemory(0)) {
      l.store(width, l.memory(0), l.slot(1), l.imm(1));
    } else if (width >= 32 && l.isMemory(1)) {
      l.load(width, l.number(0), l.memory(1));
    } else if (width >= 32) {
      l.mov(width, l.number(0), l.slot(1), l.imm(1));
    } else if (Arithmetic.isImmediate(l, 1)) {
      int t = l.temp();
      l.mov(width, t, Lift.ZERO, l.imm(1));
      l.put(0, t);
    } else {
      l.put(0, l.slot(1));
    }
  }

  private static void extend(Lift l, boolean signed) {
    int from = l.width(1);
    int result = l.target(0);
    if (l.isMemory(1)) {
      l.mem(
          signed ? Op.LOADS : Op.LOAD,
          signed ? l.width(0) : from,
          result,
          Lift.ZERO,
          0,
          from,
          l.memory(1),
          false,
          from);
    } else if (signed) {
      l.sub(Op.SEXT, l.width(0), result, Lift.ZERO, l.slot(1), 0, from);
    } else {
      l.mov(from, result, l.slot(1), 0);
    }
    l.put(0, result);
  }

  private static void effectiveAddress(Lift l) {
    int result = l.target(0);
    l.add(
        Op.LEA,
        l.width(0),
        result,
        Lift.DISCARD,
        Lift.ZERO,
        Lift.ZERO,
        Lift.ZERO,
        0,
        0,
        l.memory(1),
        null);
    l.put(0, result);
  }

  /** A 32-bit destination's upper half is cleared even when the condition is false. */
  private static void conditional(Lift l) {
    int source = l.slot(1);
    int result = l.target(0);
    l.sub(Op.SELECT, l.width(0), result, l.number(0), source, 0, l.in.condition());
    l.put(0, result);
  }

  private static void setByte(Lift l) {
    int t = l.temp();
    l.sub(Op.SET, 8, t, Lift.ZERO, Lift.ZERO, 0, l.in.condition());
    if (l.isMemory(0)) {
      l.store(8, l.memory(0), t, 0);
    } else {
      l.put(0, t);
    }
  }

  /** The memory operand, where the decoder gives one, names the segment. */
  private static void translate(Lift l) {
    int segment = io.tlbscope.core.cpu.Segment.DS;
    for (Operand operand : l.in.operands()) {
      if (operand instanceof Operand.Memory m) {
        segment = m.segment();
      }
    }
    int al = l.temp();
    int t = l.temp();
    l.mov(8, al, Lift.RAX, 0);
    l.load(8, t, l.address(segment, Lift.RBX, al, 0, 0, l.in.addressBits()));
    l.putRegister(Lift.RAX, 8, false, t);
  }
}
