package io.tlbscope.core.system;

import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import java.util.EnumMap;
import java.util.Map;

/** Which helper serves which instruction. */
public final class Helpers {
  private static final Map<Mnemonic, Helper> TABLE = new EnumMap<>(Mnemonic.class);

  private Helpers() {}

  /** The helper, or null when the mnemonic has IR operations or is not implemented. MOV, PUSH, POP: see {@link #find(Instruction)}. */
  public static Helper find(Mnemonic mnemonic) {
    return TABLE.get(mnemonic);
  }

  /**
   * As {@link #find(Mnemonic)}, and the helpers of MOV, PUSH and POP whose operands name a segment, control or debug
   * register. Engines ask here first.
   */
  public static Helper find(Instruction instruction) {
    return find(instruction.mnemonic());
  }
}
