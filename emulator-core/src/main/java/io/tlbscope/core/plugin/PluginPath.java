package io.tlbscope.core.plugin;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The value of {@code --plugin-path}: jars, and directories of jars, separated as in a class path.
 */
public final class PluginPath {
  private PluginPath() {}

  /** The paths named by {@code text}; none when it is empty. */
  public static List<Path> parse(String text) {
    List<Path> paths = new ArrayList<>();
    for (String part : text.split(File.pathSeparator)) {
      if (!part.isBlank()) {
        paths.add(Path.of(part));
      }
    }
    return paths;
  }

  /** The jars at {@code paths}, those of a directory in order of their names. */
  static List<Path> jars(List<Path> paths) throws PluginException {
    List<Path> jars = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        jars.addAll(jarsIn(path));
      } else if (Files.isRegularFile(path)) {
        jars.add(path);
      } else {
        throw new PluginException(
            "--plugin-path " + path + " does not exist; give a jar or a directory of jars");
      }
    }
    return jars;
  }

  private static List<Path> jarsIn(Path directory) throws PluginException {
    List<Path> found;
    try (Stream<Path> files = Files.list(directory)) {
      found = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new PluginException(
          "--plugin-path " + directory + " cannot be read: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new PluginException(
          "--plugin-path " + directory + " holds no jar; put the plugin's jar there");
    }
    return found;
  }
}
