package io.tlbscope.guests;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The bundled guests, by name: {@code hello} is the resource {@code /io/tlbscope/guests/hello.elf}.
 */
public final class Guests {
  private static final String ROOM = "/io/tlbscope/guests/";
  private static final String SUFFIX = ".elf";

  private Guests() {}

  /** Names of all bundled guests, sorted. */
  public static List<String> names() {
    return text("index")
        .lines()
        .map(String::strip)
        .filter(line -> line.endsWith(SUFFIX))
        .map(line -> line.substring(0, line.length() - SUFFIX.length()))
        .sorted()
        .toList();
  }

  /** The image's bytes; empty when no guest has this name. */
  public static Optional<byte[]> image(String name) {
    if (!names().contains(name)) {
      return Optional.empty();
    }
    return Optional.of(bytes(name + SUFFIX));
  }

  /**
   * Copies the guest's image to {@code folder}.
   *
   * @return the copy's path; empty when no guest has this name
   */
  public static Optional<Path> extract(String name, Path folder) throws IOException {
    Optional<byte[]> image = image(name);
    if (image.isEmpty()) {
      return Optional.empty();
    }
    Path copy = folder.resolve(name + SUFFIX);
    Files.write(copy, image.get());
    return Optional.of(copy);
  }

  /**
   * The stanzas that say how the guests want to be run, in the file's order; empty when there is no
   * stanza file.
   */
  public static List<Stanza> stanzas() {
    return Stanzas.parse(text("stanzas.cfg"));
  }

  /** The first stanza that runs the guest. */
  public static Optional<Stanza> stanzaOf(String guest) {
    return stanzas().stream().filter(stanza -> stanza.guest().equals(guest)).findFirst();
  }

  /** The list of the bench guest's kernels, in the form of bench/kernels.def. */
  public static String kernels() {
    return text("kernels.def");
  }

  /**
   * Copies the Linux program with the bench guest's portable kernels to {@code folder}.
   *
   * @return the copy's path, executable
   */
  public static Path extractNative(Path folder) throws IOException {
    return extractProgram("bench-native", folder);
  }

  /**
   * Copies the Linux program that runs single instructions to {@code folder}.
   *
   * @return the copy's path, executable
   */
  public static Path extractVectorHost(Path folder) throws IOException {
    return extractProgram("vector-host", folder);
  }

  private static Path extractProgram(String name, Path folder) throws IOException {
    Path copy = folder.resolve(name);
    Files.write(copy, bytes(name));
    if (!copy.toFile().setExecutable(true)) {
      throw new IOException("cannot make executable: " + copy);
    }
    return copy;
  }

  private static String text(String resource) {
    return new String(bytes(resource), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = Guests.class.getResourceAsStream(ROOM + resource)) {
      return in == null ? new byte[0] : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the bundled " + resource, e);
    }
  }
}
