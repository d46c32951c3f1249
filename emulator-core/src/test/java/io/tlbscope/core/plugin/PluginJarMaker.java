package io.tlbscope.core.plugin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Makes plugin jars while the tests run: sources are compiled against the core as a plugin's author
 * would.
 */
public final class PluginJarMaker {
  private PluginJarMaker() {}

  /**
   * A jar with the compiled {@code sources} (class name to text) and a service file with the text
   * {@code service}, none where that is null.
   */
  public static Path make(Path directory, String name, String service, Map<String, String> sources)
      throws IOException {
    Path classes = Files.createDirectories(directory.resolve(name + ".classes"));
    compile(directory.resolve(name + ".sources"), classes, sources);
    Path jar = directory.resolve(name + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        out.write(Files.readAllBytes(file));
      }
      if (service != null) {
        out.putNextEntry(new JarEntry(PluginJar.SERVICE_FILE));
        out.write(service.getBytes(StandardCharsets.UTF_8));
      }
    }
    return jar;
  }

  private static void compile(Path sourceDirectory, Path classes, Map<String, String> sources)
      throws IOException {
    if (sources.isEmpty()) {
      return;
    }
    List<String> arguments =
        new ArrayList<>(
            List.of("-d", classes.toString(), "-cp", classPath(), "-proc:none", "-nowarn"));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = sourceDirectory.resolve(source.getKey().replace('.', '/') + ".java");
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
      arguments.add(file.toString());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    if (compiler.run(null, messages, messages, arguments.toArray(String[]::new)) != 0) {
      throw new AssertionError(messages.toString(StandardCharsets.UTF_8));
    }
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Source of a plugin class that has no hooks. */
  public static String plugin(String className, String pluginName, String apiVersion) {
    int dot = className.lastIndexOf('.');
    return """
        package %s;
        import io.tlbscope.core.plugin.*;
        import java.util.List;
        public class %s implements Plugin {
          @Override public String name() { return "%s"; }
          @Override public String description() { return "made by a test"; }
          @Override public int apiVersion() { return %s; }
          @Override public List<PluginOption> options() { return List.of(new PluginOption("depth", "3", "how deep")); }
          @Override public List<Class<?>> advice() { return List.of(); }
          @Override public Object attach(PluginContext context) { return this; }
        }
        """
        .formatted(
            className.substring(0, dot), className.substring(dot + 1), pluginName, apiVersion);
  }
}
