package io.tlbscope.core.boot;

import io.tlbscope.core.isa.CodeMode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How to load a guest.
 *
 * @param commandLine kernel arguments, without the image's name
 * @param initrd initial RAM disk of Linux; module 0 of Multiboot and PVH images
 * @param loadAddress pa of a flat image; when present the image is flat whatever its header says
 * @param entry pa where a flat image starts, its load address by default
 * @param mode code mode a flat image starts in
 */
public record BootOptions(
    String commandLine,
    Optional<Path> initrd,
    OptionalLong loadAddress,
    OptionalLong entry,
    CodeMode mode) {
  /** No arguments, the image's own header decides. */
  public static BootOptions defaults() {
    return new BootOptions(
        "", Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), CodeMode.BITS32);
  }

  public BootOptions withCommandLine(String commandLine) {
    return new BootOptions(commandLine, initrd, loadAddress, entry, mode);
  }

  public BootOptions withInitrd(Path initrd) {
    return new BootOptions(commandLine, Optional.of(initrd), loadAddress, entry, mode);
  }

  public BootOptions withFlat(long loadAddress, long entry, CodeMode mode) {
    return new BootOptions(
        commandLine, initrd, OptionalLong.of(loadAddress), OptionalLong.of(entry), mode);
  }
}
