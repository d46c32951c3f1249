package io.tlbscope.core.ir;

/**
 * One operation: plain data for both engines. Unused parts are 0 or null. Slots index {@code
 * CpuState.r}; in vector operations dst, a and b index XMM registers (16 and 17 are scratch).
 *
 * @param bits operand width
 * @param imm added to {@code r[b]}, or a target
 * @param sub condition, source width, kind: see {@link Op}
 * @param flags false when nobody will see the flags it sets
 * @param index number of the instruction in its block
 */
public record IrOp(
    Op op,
    int bits,
    int dst,
    int dst2,
    int a,
    int b,
    int c,
    long imm,
    int sub,
    Address mem,
    Object extra,
    boolean flags,
    int index) {
  /** The same operation, its flags dead. */
  public IrOp withoutFlags() {
    return new IrOp(op, bits, dst, dst2, a, b, c, imm, sub, mem, extra, false, index);
  }

  /** {@link #extra} as the given type: the vector operation, the instruction of a helper. */
  public <T> T extra(Class<T> type) {
    return type.cast(extra);
  }
}
