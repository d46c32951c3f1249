package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/** x87 trigonometric and logarithmic instructions (Intel SDM vol. 1, 8.3.7 to 8.3.9). */
final class X87Functions {
  private X87Functions() {}

  static void register(Map<Mnemonic, Family> table) {
  }
}
