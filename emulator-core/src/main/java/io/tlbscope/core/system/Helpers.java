package io.tlbscope.core.system;

import io.tlbscope.core.isa.Mnemonic;
import java.util.EnumMap;
import java.util.Map;

/** Which helper serves which mnemonic. */
public final class Helpers {
  private static final Map<Mnemonic, Helper> TABLE = new EnumMap<>(Mnemonic.class);

  private Helpers() {}

  /** The helper, or null when the instruction has IR operations or is not implemented. */
  public static Helper find(Mnemonic mnemonic) {
    return TABLE.get(mnemonic);
  }
}
