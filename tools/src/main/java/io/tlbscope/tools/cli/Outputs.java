package io.tlbscope.tools.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** Makes sure before a run that its outputs can be written afterwards. */
final class Outputs {
  private final Map<Path, String> claimed = new HashMap<>();

  /**
   * Checks one output; existing files keep their contents for now.
   *
   * @param file null for an output that nobody asked for
   */
  void check(String option, Path file) throws Problem {
    if (file == null) {
      return;
    }
    Path real = file.toAbsolutePath().normalize();
    String other = claimed.put(real, option);
    if (other != null) {
      throw new Problem(
          ExitCode.USAGE,
          other + " and " + option + " name the same file, " + file + "; give two names");
    }
    if (Files.isDirectory(real)) {
      throw new Problem(ExitCode.OUTPUT, option + " " + file + " is a folder; name a file in it");
    }
    Path folder = real.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new Problem(
          ExitCode.OUTPUT,
          option
              + " "
              + file
              + " cannot be written: there is no folder "
              + folder
              + "; create it first");
    }
    boolean existed = Files.exists(real);
    try {
      Files.newByteChannel(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
      if (!existed) {
        Files.delete(real);
      }
    } catch (IOException e) {
      throw new Problem(
          ExitCode.OUTPUT,
          option + " " + file + " cannot be written (" + cause(e) + "); choose another place",
          e);
    }
  }

  /**
   * The failure in a word: exceptions of the file system carry the file's name as their message.
   */
  static String cause(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException denied -> "permission denied";
      case java.nio.file.NoSuchFileException missing -> "no such file";
      case java.nio.file.FileSystemException other when other.getReason() != null ->
          other.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
