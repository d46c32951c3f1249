package io.tlbscope.tools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Bochs as Debian builds it: an interpreter, with the debugger compiled in. It boots from a disc
 * that GRUB makes, since it loads no kernel by itself; so it is there when GRUB's tools are, too.
 */
final class BochsPeer implements Peer {
  static final String NAME = "bochs";
  private static final String PROGRAM = "bochs-bin";
  private static final String PACKAGES = "bochs bochsbios grub-common grub-pc-bin xorriso mtools";
  private static final Path FIRMWARE = Path.of("/usr/share/bochs");
  private static final Path GRUB = Path.of("/usr/lib/grub/i386-pc");
  private static final int SLOWER = 10;

  private int machines;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> absent() {
    for (String program : List.of(PROGRAM, "grub-mkrescue", "xorriso", "mformat")) {
      Optional<String> absent = Programs.absent(program, PACKAGES);
      if (absent.isPresent()) {
        return absent;
      }
    }
    for (Path part : List.of(FIRMWARE.resolve("BIOS-bochs-latest"), GRUB)) {
      if (!Files.exists(part)) {
        return Optional.of(
            part
                + " not found; on Debian: sudo apt-get install --no-install-recommends "
                + PACKAGES);
      }
    }
    return Optional.empty();
  }

  @Override
  public String version() {
    return Programs.lines(PROGRAM, "--help", "cpu").stream()
        .map(String::strip)
        .filter(line -> line.startsWith("Bochs x86 Emulator"))
        .findFirst()
        .orElse("");
  }

  @Override
  public Optional<String> lacks(GuestRun run) {
    return run.cpus() == 1 && run.guest().equals("bench")
        ? Optional.empty()
        : Optional.of("it is asked for the kernels on one CPU only");
  }

  @Override
  public List<String> command(GuestRun run, Path image) throws IOException {
    Path folder = Files.createDirectory(image.resolveSibling("bochs-" + machines++));
    Path disc = disc(run, image, folder);
    Files.writeString(folder.resolve("go"), "continue\n");
    Path settings = folder.resolve("bochsrc");
    Files.writeString(
        settings,
        """
        config_interface: textconfig
        display_library: rfb, options="timeout=0"
        memory: guest=%d, host=%d
        romimage: file=%s/BIOS-bochs-latest
        vgaromimage: file=%s/VGABIOS-lgpl-latest
        cpu: model=corei7_haswell_4770, count=1, ips=100000000, reset_on_triple_fault=0
        ata0-master: type=cdrom, path="%s", status=inserted
        boot: cdrom
        com1: enabled=1, mode=file, dev=/dev/stdout
        speaker: enabled=0
        sound: waveoutdrv=dummy
        log: %s/log
        clock: sync=none
        panic: action=fatal
        error: action=ignore
        info: action=ignore
        """
            .formatted(run.memoryMib(), run.memoryMib(), FIRMWARE, FIRMWARE, disc, folder));
    return List.of(
        PROGRAM, "-q", "-rc", folder.resolve("go").toString(), "-f", settings.toString());
  }

  /** A disc whose boot loader starts the guest at once. */
  private static Path disc(GuestRun run, Path image, Path folder) throws IOException {
    Path root = Files.createDirectories(folder.resolve("disc"));
    Path menu = Files.createDirectories(root.resolve("boot/grub")).resolve("grub.cfg");
    Files.copy(image, root.resolve("guest.elf"));
    Files.writeString(
        menu,
        "set timeout=0\nmultiboot /guest.elf " + run.guest() + " " + run.append() + "\nboot\n");
    Path disc = folder.resolve("disc.iso");
    List<String> said =
        Programs.lines(
            "grub-mkrescue",
            "-o",
            disc.toString(),
            "--install-modules=multiboot iso9660 biosdisk normal part_msdos configfile",
            "--themes=",
            "--fonts=",
            "--locales=",
            root.toString());
    if (!Files.exists(disc)) {
      throw new IOException("grub-mkrescue made no disc: " + String.join(" ", said));
    }
    return disc;
  }

  @Override
  public Window window(Window asked) {
    return asked.warmUp(0);
  }

  @Override
  public int scale(int asked) {
    return Math.max(1, asked / SLOWER);
  }
}
