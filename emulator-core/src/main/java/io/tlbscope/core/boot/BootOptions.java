package io.tlbscope.core.boot;

import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.plugin.ApicTopology;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How to load a guest.
 *
 * @param commandLine kernel arguments, without the image's name
 * @param initrd file that becomes Multiboot module 0
 * @param loadAddress pa of a flat image; when present the image is flat whatever its header says
 * @param entry pa where a flat image starts, its load address by default
 * @param mode code mode a flat image starts in
 * @param topology interrupt controllers for the ACPI and MP tables; without them there are no tables
 */
public record BootOptions(
    String commandLine,
    Optional<Path> initrd,
    OptionalLong loadAddress,
    OptionalLong entry,
    CodeMode mode,
    Optional<ApicTopology> topology) {
  /** No arguments, the image's own header decides. */
  public static BootOptions defaults() {
    return new BootOptions(
        "", Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), CodeMode.BITS32, Optional.empty());
  }

  public BootOptions withCommandLine(String commandLine) {
    return new BootOptions(commandLine, initrd, loadAddress, entry, mode, topology);
  }

  public BootOptions withInitrd(Path initrd) {
    return new BootOptions(commandLine, Optional.of(initrd), loadAddress, entry, mode, topology);
  }

  public BootOptions withFlat(long loadAddress, long entry, CodeMode mode) {
    return new BootOptions(
        commandLine, initrd, OptionalLong.of(loadAddress), OptionalLong.of(entry), mode, topology);
  }

  public BootOptions withTopology(ApicTopology topology) {
    return new BootOptions(commandLine, initrd, loadAddress, entry, mode, Optional.of(topology));
  }
}
