package io.tlbscope.core.boot;

import io.tlbscope.core.device.MemoryRange;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.plugin.NoSymbols;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Loads a guest, the kind found from the file's own header. Memory layout: {@link Placement}. */
public final class ImageLoader {
  private static final long MULTIBOOT_MAGIC = 0x2BAD_B002L;
  private static final long PAGE = 4096;

  /** What fits below the module list and the memory map in the information block. */
  private static final int LONGEST_COMMAND_LINE = 16 << 10;

  private ImageLoader() {}

  /**
   * Puts the image and its initrd into RAM, and leaves room for {@link FirmwareTables}.
   *
   * @param memory fresh RAM, all zero
   * @throws BootException when the image cannot be loaded; its message says why and what to do
   */
  public static GuestImage load(Path image, BootOptions options, PhysicalMemory memory) {
    return load(ImageBytes.read(image, memory.ramBytes()), options, memory);
  }

  static GuestImage load(ImageBytes file, BootOptions options, PhysicalMemory memory) {
    Placement placement = new Placement(memory);
    if (options.loadAddress().isPresent()) {
      return flat(file, options, memory, placement);
    }
    MultibootHeader header = MultibootHeader.find(file);
    if (header == null) {
      throw refusal(file);
    }
    return multiboot(file, header, options, memory, placement);
  }

  private static GuestImage flat(
      ImageBytes file, BootOptions options, PhysicalMemory memory, Placement placement) {
    EntryState entry = FlatLoader.place(file, options, placement);
    if (options.initrd().isPresent()) {
      throw new BootException(
          "boot-flat-initrd", "a flat image gets no initrd", "leave --initrd out");
    }
    // A flat image may cover the tables' place, as firmware does: then it has none.
    boolean tables = placement.free(Placement.ACPI, Placement.TABLES_END - Placement.ACPI);
    return new GuestImage(
        GuestImage.Kind.FLAT, entry, new NoSymbols(), MemoryMap.of(memory), tables);
  }

  private static GuestImage multiboot(
      ImageBytes file,
      MultibootHeader header,
      BootOptions options,
      PhysicalMemory memory,
      Placement placement) {
    placement.claim(
        "the Multiboot information", Placement.INFO, Placement.INFO_END - Placement.INFO);
    placement.claim(
        "the reserved range below 640 KiB", Placement.LOW_END, Placement.ACPI - Placement.LOW_END);
    placement.claim("the firmware tables", Placement.ACPI, Placement.TABLES_END - Placement.ACPI);
    MultibootLoader loader = new MultibootLoader(file, header, placement);
    long entry = loader.place();
    List<MultibootInfo.Module> modules =
        options.initrd().map(initrd -> List.of(module(initrd, placement))).orElse(List.of());
    List<MemoryRange> map = MemoryMap.of(memory);
    String commandLine = commandLine(file, options);
    byte[] info = MultibootInfo.build(Placement.INFO, placement.end(), commandLine, modules, map);
    if (info.length > Placement.INFO_END - Placement.INFO) {
      throw new BootException(
          "boot-command-line", "the Multiboot information is too long", "shorten the file names");
    }
    memory.write(Placement.INFO, info, 0, info.length);
    EntryState state =
        new EntryState(CodeMode.BITS32, 0x08, entry, 0, MULTIBOOT_MAGIC, Placement.INFO, 0);
    return new GuestImage(GuestImage.Kind.MULTIBOOT, state, loader.symbols(), map, true);
  }

  /** The image's name, then the arguments, as other loaders do it. */
  private static String commandLine(ImageBytes file, BootOptions options) {
    String text =
        options.commandLine().isEmpty() ? file.name() : file.name() + " " + options.commandLine();
    if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_COMMAND_LINE
        || text.indexOf(0) >= 0) {
      throw new BootException(
          "boot-command-line",
          "the kernel's arguments are longer than "
              + LONGEST_COMMAND_LINE
              + " bytes or contain a zero",
          "shorten --append");
    }
    return text;
  }

  private static MultibootInfo.Module module(Path path, Placement placement) {
    ImageBytes initrd = ImageBytes.read(path, placement.end());
    long pa = Math.max(Placement.HIGH, placement.claimedEnd()) + PAGE - 1 & -PAGE;
    placement.put("the initrd " + initrd.name(), pa, initrd.array());
    return new MultibootInfo.Module(pa, pa + initrd.size(), initrd.name());
  }

  /** Why an image without a Multiboot header is not loaded. */
  private static BootException refusal(ImageBytes file) {
    if (file.size() >= 0x206 && file.u32(0x202) == 0x5372_6448L) {
      return new BootException(
          "boot-bzimage",
          file.name() + " is a Linux bzImage, which cannot be booted yet",
          "use a Multiboot kernel");
    }
    if (!ElfImage.recognised(file)) {
      return new BootException(
          "boot-unrecognised",
          file.name() + " is neither an ELF file nor has it a Multiboot header",
          "for a flat binary give --load-address, --entry and --mode");
    }
    if (ElfImage.parse(file).hasPvhNote()) {
      return new BootException(
          "boot-pvh",
          file.name() + " wants the PVH protocol, which is not there yet",
          "use a Multiboot kernel");
    }
    return new BootException(
        "boot-no-multiboot",
        file.name() + " is an ELF file without a Multiboot header in its first 8 KiB",
        "place the header at the start of .text in the linker script");
  }
}
