package io.tlbscope.tools.randomprogram;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Page tables, GDT, TSS and IDT of a program (SDM vol. 3A, 3.4.5, 4.5, 6.14, 7.7). */
final class SystemTables {
  private static final int PRESENT = 1, WRITABLE = 2, USER = 4;
  private static final int ALL_RIGHTS = PRESENT | WRITABLE | USER;
  private static final int ENTRIES = 512;

  /** Descriptors, their base and limit left out: type, S, P in byte 5; L, D, G in byte 6. */
  private static final long CODE_64 = 0x00AF_9B00_0000_FFFFL,
      DATA = 0x00CF_9300_0000_FFFFL,
      CODE_32 = 0x00CF_9B00_0000_FFFFL,
      CODE_16 = 0x0000_9B00_0000_FFFFL,
      LIMITED = 0x0040_9300_0000_0000L,
      USER_DATA = 0x00CF_F300_0000_FFFFL,
      USER_CODE_64 = 0x00AF_FB00_0000_FFFFL,
      AVAILABLE_TSS = 0x0000_8900_0000_0067L;

  private static final long INTERRUPT_GATE = 0x8E00, USER_INTERRUPT_GATE = 0xEE00;
  private static final int RSP0_OFFSET = 4, IO_MAP_OFFSET = 102, TSS_SIZE = 104;

  private final ByteBuffer image;

  /**
   * @param image the program's image, its first byte at {@link Layout#IMAGE}
   */
  SystemTables(byte[] image) {
    this.image = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void put(long pa, long value) {
    image.putLong((int) (pa - Layout.IMAGE), value);
  }

  void writePageTables() {
    put(Layout.PML4, Layout.PDPT | ALL_RIGHTS);
    put(Layout.PML4 + 8 * (ENTRIES / 2), Layout.PDPT | ALL_RIGHTS);
    put(Layout.PDPT, Layout.DIRECTORY | ALL_RIGHTS);
    put(Layout.DIRECTORY, Layout.TABLE | ALL_RIGHTS);
    put(Layout.DIRECTORY + 8, Layout.WINDOW_TABLE | ALL_RIGHTS);
    for (int n = 0; n < ENTRIES; n++) {
      put(Layout.TABLE + 8L * n, n * Layout.PAGE | ALL_RIGHTS);
    }
    for (int n = 0; n < Layout.WINDOW_PAGES; n++) {
      long frame = Layout.SPARE + n * Layout.PAGE;
      put(Layout.windowEntry(Layout.DATA_WINDOW + n * Layout.PAGE), frame | ALL_RIGHTS);
    }
    put(Layout.windowEntry(Layout.CODE_WINDOW), Layout.CODE_A | ALL_RIGHTS);
    put(Layout.windowEntry(Layout.READ_ONLY), Layout.SCRATCH | PRESENT | USER);
    put(Layout.windowEntry(Layout.SUPERVISOR), Layout.SCRATCH | PRESENT | WRITABLE);
  }

  void writeDescriptors() {
    descriptor(Layout.CODE_64_SELECTOR, CODE_64, 0);
    descriptor(Layout.DATA_SELECTOR, DATA, 0);
    descriptor(Layout.CODE_32_SELECTOR, CODE_32, 0);
    descriptor(Layout.CODE_16_SELECTOR, CODE_16, Layout.CODE_16);
    descriptor(Layout.LIMITED_SELECTOR, LIMITED | Layout.SCRATCH_SIZE - 1, Layout.SCRATCH);
    descriptor(Layout.USER_DATA_SELECTOR & ~3, USER_DATA, 0);
    descriptor(Layout.USER_CODE_SELECTOR & ~3, USER_CODE_64, 0);
    descriptor(Layout.TSS_SELECTOR, AVAILABLE_TSS, Layout.TSS);
    put(Layout.TSS + RSP0_OFFSET, Layout.ENTRY_STACK);
    image.putShort((int) (Layout.TSS - Layout.IMAGE) + IO_MAP_OFFSET, (short) TSS_SIZE);
  }

  private void descriptor(int selector, long kind, long base) {
    put(Layout.GDT + selector, kind | (base & 0xFF_FFFF) << 16 | (base >>> 24) << 56);
  }

  /**
   * @param user whether INT n may name it at CPL 3
   */
  void writeGate(int vector, long handler, boolean user) {
    long rights = user ? USER_INTERRUPT_GATE : INTERRUPT_GATE;
    long low = handler & 0xFFFF | (long) Layout.CODE_64_SELECTOR << 16 | rights << 32;
    put(Layout.IDT + 16L * vector, low | (handler >>> 16 & 0xFFFF) << 48);
    put(Layout.IDT + 16L * vector + 8, handler >>> 32);
  }
}
