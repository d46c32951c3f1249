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

/**
 * Bytes to a block: decodes ahead to the next branch, helper, page end or {@link #STRETCH}. Where a
 * block ends depends on addresses only, not on where it began: an engine that enters in its midst
 * asks for the next translation where one that entered at its head does.
 */
public final class BlockDecoder {
  /** A block ends before the first instruction that begins in the next so many bytes; 2^n. */
  private static final int STRETCH = 128;

  /** Instructions a block at most: all of one byte. */
  static final int LIMIT = STRETCH;

  private BlockDecoder() {}

  /**
   * A block lifted: its operations, all flags alive.
   *
   * @param rips offset of each instruction and of what follows
   * @param bytes the instructions' bytes
   * @param text bytes and disassembly of the last instruction when it is missing, for errors
   */
  public record Lifted(List<IrOp> ops, long[] rips, byte[] bytes, String text) {
    /** Instructions. */
    public int count() {
      return rips.length - 1;
    }
  }

  /**
   * Lifts the block at {@code bytes[offset]}.
   *
   * @param end bytes that are there
   * @param limit instructions at most
   * @return null when the first instruction needs more bytes than there are
   */
  public static Lifted lift(LiftMode mode, long rip, byte[] bytes, int offset, int end, int limit) {
    List<IrOp> ops = new ArrayList<>();
    List<Long> rips = new ArrayList<>();
    int at = offset;
    long here = rip;
    String text = "";
    while (rips.size() < limit && !ended(ops) && ((here ^ rip) & -STRETCH) == 0) {
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
    long[] offsets = rips.stream().mapToLong(n -> n).toArray();
    return new Lifted(ops, offsets, Arrays.copyOfRange(bytes, offset, at), text);
  }

  /** The block as steps; {@code pa2} is -1 unless its one instruction crosses into another page. */
  static Code build(Lifted block, long pa, long pa2) {
    DeadFlags.eliminate(block.ops());
    return new StepBuilder(block.ops(), block.rips()).build(pa, pa2, block.bytes(), block.text());
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
