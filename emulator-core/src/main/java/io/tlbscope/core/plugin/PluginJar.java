package io.tlbscope.core.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;

/**
 * A jar on the plugin path: what its service file promises is checked before any of its classes
 * becomes visible.
 */
final class PluginJar {
  static final String SERVICE_FILE = "META-INF/services/" + Plugin.class.getName();

  /** Jars that are part of the class loader's search already: appending is for the JVM's life. */
  private static final Set<Path> APPENDED = new HashSet<>();

  private final Path path;

  PluginJar(Path path) {
    this.path = path;
  }

  /** Names of the provider classes; the jar is visible to the core afterwards. */
  List<String> open(JarHost host) throws PluginException {
    try {
      JarFile jar = new JarFile(path.toFile());
      List<String> providers;
      try {
        providers = providers(jar);
        synchronized (APPENDED) {
          if (!APPENDED.add(path.toRealPath())) {
            return providers;
          }
        }
        host.append(jar);
      } finally {
        jar.close();
      }
      return providers;
    } catch (ZipException e) {
      throw new PluginException(
          path
              + " on the plugin path is not a jar ("
              + e.getMessage()
              + "); give the file that the plugin's build made",
          e);
    } catch (IOException e) {
      throw new PluginException(path + " on the plugin path cannot be read: " + e.getMessage(), e);
    }
  }

  private List<String> providers(JarFile jar) throws IOException, PluginException {
    ZipEntry services = jar.getEntry(SERVICE_FILE);
    if (services == null) {
      throw new PluginException(
          path
              + " holds no plugin: it has no "
              + SERVICE_FILE
              + "; add one that names the plugin's class");
    }
    List<String> names;
    try (InputStream in = jar.getInputStream(services)) {
      names =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .map(line -> line.replaceFirst("#.*", "").strip())
              .filter(line -> !line.isEmpty())
              .toList();
    }
    if (names.isEmpty()) {
      throw new PluginException(path + " holds no plugin: its " + SERVICE_FILE + " names no class");
    }
    for (String name : names) {
      if (jar.getEntry(name.replace('.', '/') + ".class") == null) {
        throw new PluginException(
            path
                + ": its "
                + SERVICE_FILE
                + " names "
                + name
                + ", which is not in the jar; correct the name or add the class");
      }
    }
    return names;
  }
}
