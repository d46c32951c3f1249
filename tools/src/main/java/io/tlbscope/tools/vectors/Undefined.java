package io.tlbscope.tools.vectors;

import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;

/** What the manual leaves undefined (Intel SDM vol. 1, appendix A, and vol. 2). */
final class Undefined {
  private static final int CF = 1, PF = 4, AF = 0x10, ZF = 0x40, SF = 0x80, OF = 0x800;
  private static final int ALL = CF | PF | AF | ZF | SF | OF;

  private Undefined() {}

  /** False where the result itself is undefined, so that there is nothing to compare. */
  static boolean known(Vector v, Instruction in) {
    return switch (in.mnemonic()) {
      case BSWAP -> in.operandBits() != 16;
      case SHLD, SHRD -> count(v, in) <= in.operandBits();
      default -> true;
    };
  }

  /** Flags that the manual leaves undefined after the instruction in this state. */
  static int flags(Vector v, Instruction in) {
    return switch (in.mnemonic()) {
      case AND, OR, XOR, TEST -> AF;
      case SHL, SHR, SAR -> shift(count(v, in), in);
      case SHLD, SHRD -> count(v, in) == 0 ? 0 : AF | (count(v, in) > 1 ? OF : 0);
      case ROL, ROR, RCL, RCR -> count(v, in) > 1 ? OF : 0;
      case BSF, BSR -> ALL & ~ZF;
      case MUL, IMUL -> SF | ZF | AF | PF;
      case DIV, IDIV -> ALL;
      case BT, BTS, BTR, BTC -> OF | SF | AF | PF;
      default -> Extensions.undefinedFlags(in.mnemonic().name());
    };
  }

  private static int shift(int count, Instruction in) {
    if (count == 0) {
      return 0;
    }
    boolean far = count >= in.operandBits() && in.mnemonic() != Mnemonic.SAR;
    return AF | (count > 1 ? OF : 0) | (far ? CF : 0);
  }

  private static int count(Vector v, Instruction in) {
    Operand last = in.operands().getLast();
    long count = last instanceof Operand.Immediate i ? i.value() : v.reg[1];
    return (int) count & (in.operandBits() == 64 ? 63 : 31);
  }

  /** By name, for what a decoder may not have. */
  private static final class Extensions {
    private Extensions() {}

    static int undefinedFlags(String name) {
      return switch (name) {
        case "ANDN" -> AF | PF;
        case "BEXTR" -> AF | SF | PF;
        case "BLSI", "BLSR", "BLSMSK", "BZHI" -> AF | PF;
        case "LZCNT", "TZCNT" -> OF | SF | PF | AF;
        default -> 0;
      };
    }
  }
}
