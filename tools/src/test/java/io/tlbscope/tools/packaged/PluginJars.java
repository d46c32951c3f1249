package io.tlbscope.tools.packaged;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Compiles a plugin that counts HLTs, against the packaged jar alone, as a plugin's author would.
 */
final class PluginJars {
  private static final String SOURCE =
      """
      package outside;
      import io.tlbscope.core.hook.Vcpu;
      import io.tlbscope.core.plugin.*;
      import java.util.List;
      import net.bytebuddy.asm.Advice;
      public class Halts implements Plugin {
        public long halts;
        @Override public String name() { return "halts"; }
        @Override public String description() { return "counts HLT"; }
        @Override public int apiVersion() { return %s; }
        @Override public List<PluginOption> options() { return List.of(); }
        @Override public List<Class<?>> advice() { return List.of(OnHalt.class); }
        @Override public Object attach(PluginContext context) {
          Halts state = new Halts();
          context.report("halts", () -> state.halts);
          return state;
        }
        public static void count(Vcpu cpu) {
          Halts state = cpu.machine().plugin(Halts.class);
          if (state != null) state.halts++;
        }
        @Attach("%s")
        public static final class OnHalt {
          @Advice.OnMethodExit
          static void exit(@Advice.Argument(0) Vcpu cpu) { Halts.count(cpu); }
        }
      }
      """;

  private PluginJars() {}

  static Path make(Path folder, String name, String apiVersion, String hookPoint)
      throws IOException {
    Path classes = Files.createDirectories(folder.resolve(name + ".classes"));
    Path source = Files.createDirectories(folder.resolve(name + ".source")).resolve("Halts.java");
    Files.writeString(source, SOURCE.formatted(apiVersion, hookPoint));
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    List<String> arguments =
        List.of(
            "-d",
            classes.toString(),
            "-cp",
            Path.of("target", "tlbscope.jar").toString(),
            "-proc:none",
            source.toString());
    if (ToolProvider.getSystemJavaCompiler()
            .run(null, messages, messages, arguments.toArray(String[]::new))
        != 0) {
      throw new AssertionError(messages.toString(StandardCharsets.UTF_8));
    }
    Path jar = folder.resolve(name + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        out.write(Files.readAllBytes(file));
      }
      out.putNextEntry(new JarEntry("META-INF/services/io.tlbscope.core.plugin.Plugin"));
      out.write("outside.Halts\n".getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }
}
