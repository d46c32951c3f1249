package io.tlbscope.tools.randomprogram;

/**
 * Chooses memory operands inside the scratch area, in all forms of addressing, and writes the
 * instructions that fill their registers.
 */
final class MemoryOperands {
  static final int ES_PREFIX = 0x26, FS_PREFIX = 0x64, GS_PREFIX = 0x65;

  /** No access is longer, bit strings aside. */
  private static final int LONGEST = 64;

  /** Half the operands are here, so that what is stored is loaded again. */
  private static final int BUSY = 256;

  /** What a byte register scaled by 8 can add. */
  private static final int INDEX_REACH = 255 * 8;

  private static final int LARGEST = (int) Layout.SCRATCH_SIZE - LONGEST - INDEX_REACH;

  private final Writer w;

  MemoryOperands(Writer writer) {
    this.w = writer;
  }

  /** Somewhere in the scratch area. */
  Memory choose(boolean aligned) {
    int offset = offset(aligned);
    return switch (w.mode) {
      case BITS64 -> in64(offset, aligned);
      case BITS32 -> in32(offset, aligned);
      case BITS16 -> in16(offset);
    };
  }

  /** Offset in the scratch area; now and then just before a page's end. */
  private int offset(boolean aligned) {
    int offset = w.oneIn(2) ? BUSY + w.below(BUSY) : LONGEST + w.below(LARGEST - LONGEST);
    if (w.oneIn(8)) {
      offset = (1 + w.below(4)) * (int) Layout.PAGE - 1 - w.below(15);
    }
    return aligned ? offset & ~15 : w.oneIn(2) ? offset & ~7 : offset;
  }

  private Memory in64(int offset, boolean aligned) {
    long va = Layout.SCRATCH + offset;
    long middle = va - Layout.SCRATCH_MIDDLE;
    return switch (w.below(12)) {
      case 0 -> new Memory(0, -1, -1, 0, va, true, false);
      case 1 -> Memory.absolute(va);
      case 2, 3 -> lea(middle);
      case 4 ->
          aligned
              ? lea(middle)
              : new Memory(0, Writer.BASE, index(), w.below(4), middle, false, false);
      case 5 -> aligned ? lea(middle) : baseAndIndex(middle);
      case 6 -> Memory.absolute(offset).withSegment(w.oneIn(2) ? FS_PREFIX : GS_PREFIX);
      case 7 -> {
        int base = w.register();
        w.move64(base, Layout.HIGH_HALF + va - 16);
        yield Memory.based(base, 16);
      }
      case 8 -> {
        int base = w.register();
        w.move64(base, w.random.nextInt() * 0x1_0000_0000L + va - 100);
        yield new Memory(0, base, -1, 0, 100, false, true);
      }
      case 9 -> window(offset);
      default -> Memory.based(Writer.BASE, middle);
    };
  }

  private Memory lea(long middle) {
    int base = w.register();
    long displacement = w.oneIn(2) ? w.below(256) - 128 : w.random.nextInt() >> 1;
    // LEA base, [R13 + disp32]
    w.code.i8(0x49 | base >> 3 << 2).i8(0x8D).i8(0x85 | (base & 7) << 3);
    w.code.i32((int) (middle - displacement));
    w.counted(1);
    long rest = middle - (int) (middle - displacement);
    return Memory.based(base, rest);
  }

  private Memory baseAndIndex(long middle) {
    int index = index();
    int[] base = new int[1];
    w.keeping(index, () -> base[0] = w.register());
    w.code.i8(0x49 | base[0] >> 3 << 2).i8(0x8D).i8(0x85 | (base[0] & 7) << 3).i32(middle);
    w.counted(1);
    return new Memory(0, base[0], index, w.below(4), 0, false, false);
  }

  /** A register with a value below 256. */
  private int index() {
    int index = w.register();
    // MOVZX index, index as a byte: with REX, so that 4..7 are SPL..DIL
    w.code.i8(0x40 | (index >> 3) * 5).hex("0FB6").i8(0xC0 | (index & 7) * 9);
    w.counted(1);
    return index;
  }

  /** Through the window of pages that are mapped now here, now there. */
  private Memory window(int offset) {
    int base = w.register();
    long inside = offset % (Layout.WINDOW_PAGES * Layout.PAGE - LONGEST - Layout.PAGE);
    w.move32(base, Layout.DATA_WINDOW);
    return Memory.based(base, inside & ~15 | offset & 15);
  }

  private Memory in32(int offset, boolean aligned) {
    long va = Layout.SCRATCH + offset;
    if (w.oneIn(3)) {
      return Memory.absolute(va);
    }
    int base = w.register();
    if (w.oneIn(4)) {
      // ES is the limited segment: offsets in it are offsets in the scratch area.
      w.move32(base, offset - 4);
      return Memory.based(base, 4).withSegment(ES_PREFIX);
    }
    w.move32(base, va - 1000);
    if (aligned || w.oneIn(2)) {
      return Memory.based(base, 1000);
    }
    int[] index = new int[1];
    w.keeping(
        base,
        () -> {
          index[0] = w.register();
          // AND index, 255: a byte register's name would not do for ESI, EDI and EBP
          w.code.i8(0x81).i8(0xE0 | index[0]).i32(255);
          w.counted(1);
        });
    return new Memory(0, base, index[0], w.below(4), 1000, false, false);
  }

  private Memory in16(int offset) {
    if (w.isKept(Writer.RBX) || w.oneIn(2)) {
      return Memory.absolute(offset).withSegment(ES_PREFIX);
    }
    // MOV BX, imm16
    w.code.i8(0xBB).integer(offset - 8, 2);
    w.counted(1);
    return Memory.based(Writer.RBX, 8).withSegment(ES_PREFIX);
  }
}
