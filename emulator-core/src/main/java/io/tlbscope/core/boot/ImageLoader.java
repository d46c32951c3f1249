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
    if (LinuxLoader.recognised(file)) {
      return linux(file, options, memory, placement);
    }
    MultibootHeader header = MultibootHeader.find(file);
    if (header == null) {
      return pvh(file, options, memory, placement);
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

  private static void reserve(String information, Placement placement) {
    placement.claim(information, Placement.INFO, Placement.INFO_END - Placement.INFO);
    placement.claim(
        "the reserved range below 640 KiB", Placement.LOW_END, Placement.ACPI - Placement.LOW_END);
    placement.claim("the firmware tables", Placement.ACPI, Placement.TABLES_END - Placement.ACPI);
  }

  private static GuestImage linux(
      ImageBytes file, BootOptions options, PhysicalMemory memory, Placement placement) {
    reserve("the zero page and the command line", placement);
    EntryState entry = new LinuxLoader(file, placement, memory).place(options);
    return new GuestImage(
        GuestImage.Kind.LINUX, entry, new NoSymbols(), MemoryMap.of(memory), true);
  }

  private static GuestImage pvh(
      ImageBytes file, BootOptions options, PhysicalMemory memory, Placement placement) {
    ElfImage elf = ElfImage.recognised(file) ? ElfImage.parse(file) : null;
    long entry = elf == null ? -1 : elf.pvhEntry();
    if (entry < 0) {
      throw refusal(file);
    }
    if (elf.segments().stream()
        .noneMatch(in -> entry >= in.pa() && entry - in.pa() < in.memorySize())) {
      throw new BootException(
          "boot-entry-outside",
          "the PVH entry point 0x%x of %s is in none of its segments".formatted(entry, file.name()),
          "the note's value is a physical address: correct it");
    }
    reserve("the PVH start information", placement);
    MultibootLoader.placeSegments(file, elf, placement);
    List<MemoryRange> map = MemoryMap.of(memory);
    byte[] info =
        PvhInfo.build(Placement.INFO, options.commandLine(), modules(options, placement), map);
    information(info, memory);
    EntryState state = new EntryState(CodeMode.BITS32, 0x08, entry, 0, 0, Placement.INFO, 0);
    return new GuestImage(GuestImage.Kind.PVH, state, new ElfSymbols(elf.symbols()), map, true);
  }

  private static void information(byte[] info, PhysicalMemory memory) {
    if (info.length > Placement.INFO_END - Placement.INFO) {
      throw new BootException(
          "boot-command-line", "the boot information is too long", "shorten --append");
    }
    memory.write(Placement.INFO, info, 0, info.length);
  }

  private static List<MultibootInfo.Module> modules(BootOptions options, Placement placement) {
    return options.initrd().map(initrd -> List.of(module(initrd, placement))).orElse(List.of());
  }

  private static GuestImage multiboot(
      ImageBytes file,
      MultibootHeader header,
      BootOptions options,
      PhysicalMemory memory,
      Placement placement) {
    reserve("the Multiboot information", placement);
    MultibootLoader loader = new MultibootLoader(file, header, placement);
    long entry = loader.place();
    List<MultibootInfo.Module> modules = modules(options, placement);
    List<MemoryRange> map = MemoryMap.of(memory);
    String commandLine = commandLine(file, options);
    byte[] info = MultibootInfo.build(Placement.INFO, placement.end(), commandLine, modules, map);
    information(info, memory);
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

  /** Why an image without any header is not loaded. */
  private static BootException refusal(ImageBytes file) {
    if (!ElfImage.recognised(file)) {
      return new BootException(
          "boot-unrecognised",
          file.name() + " is neither an ELF file nor has it a Multiboot header",
          "for a flat binary give --load-address, --entry and --mode");
    }
    return new BootException(
        "boot-no-multiboot",
        file.name() + " is an ELF file without a Multiboot header in its first 8 KiB",
        "place the header at the start of .text in the linker script");
  }
}
