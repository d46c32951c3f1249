package io.tlbscope.tools.cli;

import io.tlbscope.guests.Guests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The guest's image as a file: the user's own, or a bundled one that is unpacked for the command's
 * duration.
 *
 * @param name as the user gave it, a path without its folders
 * @param path the file
 * @param sha256 of its contents
 * @param temporary folder to delete, null for the user's own file
 */
record GuestFile(String name, Path path, String sha256, Path temporary) implements AutoCloseable {
  /** A path that exists is that file; anything else is the name of a bundled guest. */
  static GuestFile find(String guest) throws Problem {
    Path path = Path.of(guest);
    try {
      if (Files.isRegularFile(path)) {
        return new GuestFile(path.getFileName().toString(), path, hash(path), null);
      }
      if (Files.isDirectory(path)) {
        throw new Problem(
            ExitCode.INPUT, "the guest " + guest + " is a folder; name an image file");
      }
      Path folder = Files.createTempDirectory("tlbscope-guest");
      Optional<Path> copy = Guests.extract(guest, folder);
      if (copy.isPresent()) {
        return new GuestFile(guest, copy.get(), hash(copy.get()), folder);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new Problem(
          ExitCode.INPUT, "the guest " + guest + " cannot be read (" + Outputs.cause(e) + ")", e);
    }
    throw new Problem(
        ExitCode.INPUT,
        "there is no guest "
            + guest
            + ": neither a file nor a bundled guest"
            + near(guest)
            + "; 'tlbscope guests' lists those");
  }

  /** Whether {@link #find} would take the bundled guest of this name. */
  static boolean isBundled(String guest) {
    return !Files.exists(Path.of(guest)) && Guests.names().contains(guest);
  }

  private static String near(String guest) {
    return Guests.names().stream()
        .filter(name -> name.startsWith(guest) || guest.startsWith(name) || name.contains(guest))
        .min(Comparator.comparing(String::length))
        .map(name -> " (did you mean " + name + "?)")
        .orElse("");
  }

  private static String hash(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (temporary == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(temporary)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // A left-over in the temporary folder harms nobody.
    }
  }
}
