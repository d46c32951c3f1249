package io.tlbscope.core.boot;

import io.tlbscope.core.device.MemoryRange;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.memory.PhysicalMemory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A bzImage by the Linux boot protocol, 2.12 or later: the protected-mode kernel at 1 MiB, the zero
 * page (a copy of the setup header, memory map, initrd and command line) below it, started at the
 * 64-bit entry where the image offers one, else at the 32-bit one.
 *
 * <pre>
 *   setup header   0x1F1 setup_sects  0x201 its end - 0x202  0x202 "HdrS"  0x206 version  0x211 loadflags
 *                  0x218 ramdisk_image, size  0x228 cmd_line_ptr  0x22C initrd_addr_max
 *                  0x236 xloadflags  0x238 cmdline_size  0x258 pref_address  0x260 init_size
 *   zero page      0x070 acpi_rsdp_addr  0x1E8 e820_entries  0x1F1 setup header  0x2D0 e820_table
 * </pre>
 */
final class LinuxLoader {
  private static final long MAGIC = 0x5372_6448L;
  private static final int HEADER = 0x1F1, OLDEST = 0x20C, LATEST_END = 0x2D0;
  private static final int RSDP = 0x70, E820_COUNT = 0x1E8, LOADER = 0x210, LOAD_FLAGS = 0x211;
  private static final int RAMDISK = 0x218, COMMAND_LINE = 0x228, E820 = 0x2D0, PAGE = 4096;
  private static final int LOADED_HIGH = 1, UNDEFINED_LOADER = 0xFF, ENTRY_64 = 0x200;
  private static final int BOOT_CS = 0x10;

  private final ImageBytes file;
  private final Placement placement;
  private final PhysicalMemory memory;

  LinuxLoader(ImageBytes file, Placement placement, PhysicalMemory memory) {
    this.file = file;
    this.placement = placement;
    this.memory = memory;
  }

  static boolean recognised(ImageBytes file) {
    return file.size() >= 0x264 && file.u32(0x202) == MAGIC;
  }

  /** Places kernel, initrd, command line and zero page; returns the registers to start with. */
  EntryState place(BootOptions options) {
    check();
    long setup = 512L * ((file.u8(HEADER) == 0 ? 4 : file.u8(HEADER)) + 1);
    if (!file.contains(setup, ENTRY_64)) {
      throw damaged("its setup part is said to have " + setup + " bytes");
    }
    int bytes = (int) (file.size() - setup);
    placement.put("the kernel", Placement.HIGH, bytes, file.array(), (int) setup, bytes);
    room();
    byte[] zeroPage = zeroPage();
    initrd(options, zeroPage);
    commandLine(options, zeroPage);
    memory.write(Placement.INFO, zeroPage, 0, PAGE);
    boolean wide = (file.u16(0x236) & 1) != 0;
    if (wide) {
      placement.put("the page tables", Placement.PAGE_TABLES, FlatLoader.pageTables());
    }
    return new EntryState(
        wide ? CodeMode.BITS64 : CodeMode.BITS32,
        BOOT_CS,
        Placement.HIGH + (wide ? ENTRY_64 : 0),
        0,
        0,
        0,
        Placement.INFO,
        wide ? Placement.PAGE_TABLES : 0);
  }

  private void check() {
    int version = file.u16(0x206);
    if (version < OLDEST) {
      throw new BootException(
          "boot-bzimage",
          "%s speaks boot protocol %d.%02d".formatted(file.name(), version >> 8, version & 0xFF),
          "use a kernel of Linux 3.8 or later, which speaks 2.12");
    }
    if ((file.u8(LOAD_FLAGS) & LOADED_HIGH) == 0) {
      throw new BootException(
          "boot-bzimage", file.name() + " is a zImage, loaded low", "make a bzImage of it");
    }
    if (headerEnd() > LATEST_END) {
      throw damaged("its setup header ends at 0x%x".formatted(headerEnd()));
    }
  }

  private int headerEnd() {
    return 0x202 + file.u8(0x201);
  }

  private BootException damaged(String how) {
    return new BootException(
        "boot-bzimage", file.name() + " is damaged: " + how, "build or copy it again");
  }

  /** The kernel unpacks itself at the higher of where it is and where it prefers to be. */
  private long unpacked() {
    return Math.max(Placement.HIGH, file.u64(0x258) & Long.MAX_VALUE);
  }

  private void room() {
    long at = unpacked();
    long bytes = file.u32(0x260);
    if (at > placement.end() || bytes > placement.end() - at) {
      throw new BootException(
          "boot-does-not-fit",
          "%s unpacks itself into 0x%x bytes at 0x%x, and RAM ends at 0x%x"
              .formatted(file.name(), bytes, at, placement.end()),
          "give the guest more --memory");
    }
  }

  private byte[] zeroPage() {
    byte[] page = new byte[PAGE];
    System.arraycopy(file.array(), HEADER, page, HEADER, headerEnd() - HEADER);
    page[LOADER] = (byte) UNDEFINED_LOADER;
    put(page, RSDP, Placement.ACPI, 8);
    List<MemoryRange> map = MemoryMap.of(memory);
    page[E820_COUNT] = (byte) map.size();
    for (int n = 0; n < map.size(); n++) {
      put(page, E820 + 20 * n, map.get(n).pa(), 8);
      put(page, E820 + 20 * n + 8, map.get(n).bytes(), 8);
      put(page, E820 + 20 * n + 16, map.get(n).type(), 4);
    }
    return page;
  }

  /** As high as the kernel says that it may be: the kernel unpacks itself below. */
  private void initrd(BootOptions options, byte[] zeroPage) {
    if (options.initrd().isEmpty()) {
      put(zeroPage, RAMDISK, 0, 8);
      return;
    }
    Path path = options.initrd().get();
    ImageBytes initrd = ImageBytes.read(path, placement.end());
    long top = Math.min(file.u32(0x22C) + 1, placement.end());
    long pa = top - initrd.size() & -PAGE;
    if (pa < unpacked() + file.u32(0x260)) {
      throw new BootException(
          "boot-does-not-fit",
          "the initrd %s does not fit above the kernel".formatted(initrd.name()),
          "give the guest more --memory");
    }
    placement.put("the initrd " + initrd.name(), pa, initrd.array());
    put(zeroPage, RAMDISK, pa, 4);
    put(zeroPage, RAMDISK + 4, initrd.size(), 4);
  }

  private void commandLine(BootOptions options, byte[] zeroPage) {
    byte[] text = options.commandLine().getBytes(StandardCharsets.UTF_8);
    long most = Math.min(file.u32(0x238), Placement.INFO_END - Placement.INFO - PAGE - 1);
    if (text.length > most || options.commandLine().indexOf(0) >= 0) {
      throw new BootException(
          "boot-command-line",
          "the kernel's arguments are longer than " + most + " bytes or contain a zero",
          "shorten --append");
    }
    memory.write(Placement.INFO + PAGE, text, 0, text.length);
    put(zeroPage, COMMAND_LINE, Placement.INFO + PAGE, 4);
  }

  private static void put(byte[] page, int at, long value, int bytes) {
    for (int n = 0; n < bytes; n++) {
      page[at + n] = (byte) (value >>> 8 * n);
    }
  }
}
