package io.tlbscope.core.ir;

/**
 * A memory operand: {@code linear = ((r[base] + (r[index] << scale) + displacement) & offsetMask) +
 * r[segmentSlot], & linearMask}.
 *
 * @param segment 0..5, for checks; -1 when the operand is already linear
 * @param segmentSlot slot of the segment's base, or the zero slot where the base does not count
 * @param base slot, the zero slot when there is none
 * @param index slot, the zero slot when there is none
 * @param scale shift 0..3
 * @param offsetMask of the address size
 * @param linearMask all ones in 64-bit code, else 32 ones
 */
public record Address(
    int segment,
    int segmentSlot,
    int base,
    int index,
    int scale,
    long displacement,
    long offsetMask,
    long linearMask) {
  /** The same operand {@code bytes} further on. */
  public Address plus(long bytes) {
    return new Address(
        segment, segmentSlot, base, index, scale, displacement + bytes, offsetMask, linearMask);
  }

  /** The same operand with another index register. */
  public Address withIndex(int slot, int shift) {
    return new Address(
        segment, segmentSlot, base, slot, shift, displacement, offsetMask, linearMask);
  }
}
