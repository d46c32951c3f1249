package io.tlbscope.core.interpret;

import io.tlbscope.core.ir.IrOp;

/**
 * dst = a op (r[b] + imm). Operands are moved to the top of 64 bits, so that one class serves all
 * widths and carries come out aligned as {@link io.tlbscope.core.cpu.Flags} wants them.
 */
abstract class AluStep extends Step {
  final int d, a, b;
  final long imm;

  /** 64 - width. */
  final int up;

  AluStep(IrOp op) {
    d = op.dst();
    a = op.a();
    b = op.b();
    imm = op.imm();
    up = 64 - op.bits();
  }
}
