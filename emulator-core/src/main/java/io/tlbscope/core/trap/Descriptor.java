package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;

/**
 * A segment, system or gate descriptor as read from a table (Intel SDM vol. 3A, 3.4.5, 3.5 and
 * 5.8.3).
 *
 * <pre>
 *  63      56 55 54 53 52  51    48 47 46 45 44 43    40 39                16 15           0
 * | base 31:24 | G| D| L|AVL| limit  | P| DPL | S| type  | base 23:0           | limit 15:0   |
 * | offset 31:16            |        | P| DPL | 0| type  | 0 | IST/count | selector | offset 15:0 |  gates
 * </pre>
 *
 * @param selector the selector it was looked up with (0 for IDT gates)
 * @param va linear address of its first byte
 * @param low first eight bytes
 * @param high second eight bytes of a 16-byte descriptor of long mode, else 0
 */
public record Descriptor(int selector, long va, long low, long high) {
  /** System types (S = 0), Intel SDM vol. 3A, table 3-2. */
  public static final int TSS16 = 1,
      LDT = 2,
      TSS16_BUSY = 3,
      CALL16 = 4,
      TASK_GATE = 5,
      INTERRUPT16 = 6,
      TRAP16 = 7,
      TSS = 9,
      TSS_BUSY = 11,
      CALL = 12,
      INTERRUPT = 14,
      TRAP = 15;

  public int type() {
    return (int) (low >>> 40) & 0xF;
  }

  /** S = 1: code or data. */
  public boolean memory() {
    return (low >>> 44 & 1) != 0;
  }

  public boolean code() {
    return memory() && (type() & 8) != 0;
  }

  public boolean data() {
    return memory() && (type() & 8) == 0;
  }

  public boolean writableData() {
    return data() && (type() & 2) != 0;
  }

  public boolean readable() {
    return data() || memory() && (type() & 2) != 0;
  }

  public boolean conforming() {
    return code() && (type() & 4) != 0;
  }

  public int dpl() {
    return (int) (low >>> 45) & 3;
  }

  public boolean present() {
    return (low >>> 47 & 1) != 0;
  }

  public boolean longMode() {
    return (low >>> 53 & 1) != 0;
  }

  public boolean big() {
    return (low >>> 54 & 1) != 0;
  }

  /** In the layout of {@link Segment#attributes}. */
  public int attributes() {
    return (int) (low >>> 40) & 0xF0FF;
  }

  /** 32 bits, or 64 for a system descriptor of long mode. */
  public long base() {
    return low >>> 16 & 0xFF_FFFF | low >>> 56 << 24 | (memory() ? 0 : high << 32);
  }

  /** Last valid offset, granularity applied. */
  public long limit() {
    long limit = low & 0xFFFF | low >>> 32 & 0xF_0000;
    return (low >>> 55 & 1) != 0 ? limit << 12 | 0xFFF : limit;
  }

  /** A gate's target offset; 16-bit gates use the low half. */
  public long gateOffset() {
    return low & 0xFFFF | low >>> 48 << 16 | high << 32;
  }

  public int gateSelector() {
    return (int) (low >>> 16) & 0xFFFF;
  }

  /** Interrupt stack table index of a long-mode gate, 0 for none. */
  public int ist() {
    return (int) (low >>> 32) & 7;
  }

  /** Parameters that a call gate copies. */
  public int count() {
    return (int) (low >>> 32) & 0x1F;
  }

  /** Loads a segment register with this descriptor; {@code selector} carries the RPL wanted. */
  public void into(CpuState s, int segment, int newSelector) {
    Segment target = s.segments[segment];
    target.selector = newSelector & 0xFFFF;
    target.base = base();
    target.limit = limit();
    target.attributes = attributes() | 1;
  }
}
