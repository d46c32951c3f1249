package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.ir.DeadFlags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.LiftMode;
import io.tlbscope.core.ir.Lifter;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.DecodeResult;
import io.tlbscope.core.isa.Decoder;
import io.tlbscope.core.isa.Disassembler;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Undecoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Bytes to a block: decodes ahead to the next branch, helper, page end or {@link #LIMIT}. */
final class BlockDecoder {
  /** Instructions a block at most. */
  static final int LIMIT = 32;

  private BlockDecoder() {}

  /**
   * Decodes the block at {@code bytes[offset]}.
   *
   * @param end bytes that are there
   * @param limit instructions at most
   * @return null when the first instruction needs more bytes than there are
   */
  static Code decode(
      LiftMode mode, long rip, byte[] bytes, int offset, int end, int limit, long pa, long pa2) {
    List<IrOp> ops = new ArrayList<>();
    List<Long> rips = new ArrayList<>();
    int at = offset;
    long here = rip;
    String text = "";
    while (rips.size() < limit && !ended(ops)) {
      DecodeResult result = Decoder.decode(mode.code(), bytes, at, end - at);
      boolean first = rips.isEmpty();
      if (result instanceof Instruction in) {
        Lifter.lift(in, mode, here, ops, rips.size());
        if (!first && ops.getLast().op() == Op.UNIMPLEMENTED) {
          ops.removeLast();
          break;
        }
        if (ops.getLast().op() == Op.UNIMPLEMENTED) {
          text = text(bytes, at, in.length(), Disassembler.text(in, here), here);
        }
      } else if (!first) {
        break;
      } else if (((Undecoded) result).kind() == Undecoded.Kind.TRUNCATED) {
        return null;
      } else {
        text = text(bytes, at, result.length(), Disassembler.text(result, here), here);
        ops.add(undecodable((Undecoded) result));
      }
      rips.add(here);
      at += result.length();
      here =
          mode.code() == CodeMode.BITS64
              ? here + result.length()
              : here + result.length() & 0xFFFF_FFFFL;
    }
    if (!ended(ops)) {
      ops.add(op(Op.FALL, here, 0, rips.size() - 1));
    }
    rips.add(here);
    DeadFlags.eliminate(ops);
    long[] offsets = rips.stream().mapToLong(n -> n).toArray();
    return new StepBuilder(ops, offsets)
        .build(pa, pa2, Arrays.copyOfRange(bytes, offset, at), text);
  }

  private static boolean ended(List<IrOp> ops) {
    return !ops.isEmpty() && ops.getLast().op().flow() == Op.Flow.ENDS;
  }

  private static IrOp undecodable(Undecoded result) {
    return switch (result.kind()) {
      case TOO_LONG -> op(Op.RAISE, GuestFault.GP, 1, 0);
      case UNIMPLEMENTED -> op(Op.UNIMPLEMENTED, 0, SystemExits.unit(result.feature()), 0);
      default -> op(Op.RAISE, GuestFault.UD, 0, 0);
    };
  }

  private static IrOp op(Op op, long imm, int sub, int index) {
    return new IrOp(op, 64, 0, 0, 0, 0, 0, imm, sub, null, null, false, index);
  }

  private static String text(byte[] bytes, int at, int length, String disassembly, long rip) {
    String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, at, at + length);
    return hex + " (" + disassembly + ") at 0x" + Long.toHexString(rip);
  }
}
