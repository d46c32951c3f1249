package io.tlbscope.core.ir;

import io.tlbscope.core.fp.ExtendedLogarithm;
import io.tlbscope.core.fp.ExtendedTrigonometry;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.x87.Arithmetic;
import io.tlbscope.core.x87.Transcendentals;
import io.tlbscope.core.x87.X87Function;
import java.util.Map;

/** x87 trigonometric and logarithmic instructions (Intel SDM vol. 1, 8.3.7 to 8.3.9). */
final class X87Functions {
  private X87Functions() {}

  static void register(Map<Mnemonic, Family> table) {
    put(table, Mnemonic.F2XM1, Arithmetic.unary(ExtendedLogarithm::powerMinusOne), 0);
    put(table, Mnemonic.FYL2X, Arithmetic.toRegisterPop(ExtendedLogarithm::logarithm), 1);
    put(table, Mnemonic.FYL2XP1, Arithmetic.toRegisterPop(ExtendedLogarithm::logarithmPlusOne), 1);
    put(table, Mnemonic.FPATAN, Arithmetic.toRegisterPop(ExtendedTrigonometry::arcTangent), 1);
    put(table, Mnemonic.FSIN, Transcendentals.trigonometric(ExtendedTrigonometry::sine), 0);
    put(table, Mnemonic.FCOS, Transcendentals.trigonometric(ExtendedTrigonometry::cosine), 0);
    put(table, Mnemonic.FSINCOS, Transcendentals::sineCosine, 0);
    put(table, Mnemonic.FPTAN, Transcendentals::tangent, 0);
  }

  private static void put(
      Map<Mnemonic, Family> table, Mnemonic mnemonic, X87Function function, int i) {
    table.put(mnemonic, X87Lift.fixed(function, i));
  }
}
