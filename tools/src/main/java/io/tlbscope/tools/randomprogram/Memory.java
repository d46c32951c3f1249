package io.tlbscope.tools.randomprogram;

/**
 * A memory operand's parts.
 *
 * @param segment override prefix, 0 for none
 * @param base register, -1 for none; 16-bit code: -1, or BX as {@link Writer#RBX}
 * @param index register, -1 for none
 * @param scale 0..3
 * @param displacement of RIP where {@code ripRelative}: the va that is meant
 * @param shortAddress with an address-size prefix
 */
record Memory(
    int segment,
    int base,
    int index,
    int scale,
    long displacement,
    boolean ripRelative,
    boolean shortAddress) {
  static Memory based(int base, long displacement) {
    return new Memory(0, base, -1, 0, displacement, false, false);
  }

  static Memory absolute(long va) {
    return new Memory(0, -1, -1, 0, va, false, false);
  }

  Memory withSegment(int prefix) {
    return new Memory(prefix, base, index, scale, displacement, ripRelative, shortAddress);
  }
}
