package io.tlbscope.core.system;

import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.isa.RegisterFile;
import java.util.EnumMap;
import java.util.Map;

/** Which helper serves which instruction. */
public final class Helpers {
  private static final Map<Mnemonic, Helper> TABLE = new EnumMap<>(Mnemonic.class);

  static {
    ControlRegisters.register(TABLE);
    SegmentRegisters.register(TABLE);
    TableRegisters.register(TABLE);
    SelectorChecks.register(TABLE);
    FlagInstructions.register(TABLE);
    Sleep.register(TABLE);
    ModelSpecific.register(TABLE);
    FsGsBase.register(TABLE);
    TimeStamp.register(TABLE);
    CpuIdentification.register(TABLE);
    TlbInstructions.register(TABLE);
    CacheInstructions.register(TABLE);
    PortInstructions.register(TABLE);
    FarTransfers.register(TABLE);
    FarReturns.register(TABLE);
    SoftwareInterrupts.register(TABLE);
    FastSystemCalls.register(TABLE);
    FloatingPointState.register(TABLE);
    X87Images.register(TABLE);
    MaskedStores.register(TABLE);
    VectorComparisons.register(TABLE);
    ExtendedStateInstructions.register(TABLE);
    ProtectionKeys.register(TABLE);
    CarryChains.register(TABLE);
    RandomNumbers.register(TABLE);
  }

  private Helpers() {}

  /**
   * The helper, or null when the mnemonic has IR operations or is not implemented. MOV, PUSH, POP:
   * see {@link #find(Instruction)}.
   */
  public static Helper find(Mnemonic mnemonic) {
    return TABLE.get(mnemonic);
  }

  /**
   * As {@link #find(Mnemonic)}, and the helpers of MOV, PUSH and POP whose operands name a segment,
   * control or debug register. Engines ask here first.
   */
  public static Helper find(Instruction instruction) {
    return switch (instruction.mnemonic()) {
      case MOV -> move(instruction);
      case PUSH ->
          SegmentRegisters.isSegment(instruction.operand(0)) ? SegmentRegisters::push : null;
      case POP -> SegmentRegisters.isSegment(instruction.operand(0)) ? SegmentRegisters::pop : null;
      default -> find(instruction.mnemonic());
    };
  }

  private static Helper move(Instruction in) {
    RegisterFile to = file(in.operand(0));
    RegisterFile from = file(in.operand(1));
    if (to == RegisterFile.SEGMENT) {
      return SegmentRegisters::write;
    }
    if (from == RegisterFile.SEGMENT) {
      return SegmentRegisters::read;
    }
    if (to == RegisterFile.CONTROL) {
      return ControlRegisters::write;
    }
    if (from == RegisterFile.CONTROL) {
      return ControlRegisters::read;
    }
    if (to == RegisterFile.DEBUG) {
      return DebugRegisters::write;
    }
    return from == RegisterFile.DEBUG ? DebugRegisters::read : null;
  }

  private static RegisterFile file(Operand operand) {
    return operand instanceof Operand.Register register ? register.file() : null;
  }
}
