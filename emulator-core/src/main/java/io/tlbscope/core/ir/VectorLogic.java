package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

final class VectorLogic {
  private VectorLogic() {}

  static void register(Map<Mnemonic, Family> table) {}
}
