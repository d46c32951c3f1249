package io.tlbscope.core.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.weave.Agent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginLoaderTest {
  @TempDir Path directory;

  private static PluginLoader open(Path... path) throws PluginException {
    return PluginLoader.open(List.of(path), Agent.jarHost());
  }

  private static void assertRefused(
      List<String> parts, org.junit.jupiter.api.function.Executable action) {
    String message = assertThrows(PluginException.class, action).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + message + "' should contain '" + part + "'");
    }
  }

  private Path jar(String className, String pluginName, String apiVersion) throws IOException {
    return PluginJarMaker.make(
        directory,
        pluginName,
        className + "\n",
        Map.of(className, PluginJarMaker.plugin(className, pluginName, apiVersion)));
  }

  @Test
  void jarOnThePluginPathIsFoundWithItsOptions() throws Exception {
    Path jar = jar("made.first.First", "first", "1");
    PluginLoader loader = open(jar);
    assertEquals(List.of("first"), loader.known().stream().map(LoadedPlugin::name).toList());
    assertEquals(jar.toString(), loader.known().iterator().next().origin());
    assertEquals(Map.of("depth", "3"), loader.select(List.of("first")).getFirst().options());
    assertEquals(
        Map.of("depth", "7=x"), loader.select(List.of("first,depth=7=x")).getFirst().options());
  }

  @Test
  void directoryOnThePluginPathGivesAllItsJars() throws Exception {
    jar("made.many.A", "many-a", "1");
    jar("made.many.B", "many-b", "1");
    PluginLoader loader = open(directory);
    assertEquals(
        List.of("many-a", "many-b"), loader.known().stream().map(LoadedPlugin::name).toList());
    List<String> order =
        loader.select(List.of("many-b", "many-a")).stream().map(SelectedPlugin::name).toList();
    assertEquals(List.of("many-b", "many-a"), order);
  }

  @Test
  void sameJarOpensTwice() throws Exception {
    Path jar = jar("made.twice.Twice", "twice", "1");
    assertEquals(1, open(jar).known().size());
    assertEquals(1, open(jar).known().size());
  }

  @Test
  void argumentsAreChecked() throws Exception {
    PluginLoader loader = open(jar("made.arguments.Arguments", "arguments", "1"));
    assertRefused(
        List.of("no plugin nosuch", "known plugins: arguments", "--plugin-path"),
        () -> loader.select(List.of("nosuch")));
    assertRefused(
        List.of("no option width", "depth"), () -> loader.select(List.of("arguments,width=1")));
    assertRefused(
        List.of("'depth' is not key=value"), () -> loader.select(List.of("arguments,depth")));
    assertRefused(
        List.of("depth is given twice"), () -> loader.select(List.of("arguments,depth=1,depth=2")));
    assertRefused(List.of("names no plugin"), () -> loader.select(List.of(",depth=1")));
    assertRefused(
        List.of("arguments is given twice"),
        () -> loader.select(List.of("arguments", "arguments")));
  }

  @Test
  void noPluginsAtAllIsSaid() throws Exception {
    PluginLoader loader = open();
    assertRefused(List.of("known plugins: none"), () -> loader.select(List.of("apic")));
  }

  @Test
  void fileThatIsNoJarIsRefused() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("text.jar"), "this is not a zip file at all, not even nearly");
    assertRefused(List.of(file.toString(), "is not a jar"), () -> open(file));
    Path empty = Files.createFile(directory.resolve("empty.jar"));
    assertRefused(List.of(empty.toString(), "is not a jar"), () -> open(empty));
  }

  @Test
  void pathThatDoesNotExistOrHoldsNothingIsRefused() {
    assertRefused(List.of("nosuch", "does not exist"), () -> open(directory.resolve("nosuch")));
    assertRefused(List.of("holds no jar"), () -> open(directory));
  }

  @Test
  void jarWithoutServiceFileIsRefused() throws Exception {
    Path bare = PluginJarMaker.make(directory, "bare", null, Map.of());
    assertRefused(List.of("bare.jar holds no plugin", PluginJar.SERVICE_FILE), () -> open(bare));
    Path blank = PluginJarMaker.make(directory, "blank", "# nothing\n", Map.of());
    assertRefused(List.of("blank.jar holds no plugin", "names no class"), () -> open(blank));
  }

  @Test
  void serviceFileThatNamesAnAbsentClassIsRefused() throws Exception {
    Path jar = PluginJarMaker.make(directory, "absent", "made.absent.Nowhere\n", Map.of());
    assertRefused(List.of("made.absent.Nowhere", "not in the jar"), () -> open(jar));
  }

  @Test
  void classThatIsNoPluginIsRefused() throws Exception {
    Path jar =
        PluginJarMaker.make(
            directory,
            "other",
            "made.other.Other\n",
            Map.of("made.other.Other", "package made.other; public class Other {}"));
    assertRefused(List.of("made.other.Other", "does not implement"), () -> open(jar));
  }

  @Test
  void otherApiVersionsAreRefused() throws Exception {
    Path newer = jar("made.newer.Newer", "newer", "99");
    assertRefused(
        List.of("plugin API 99", "this core speaks 1", "newer tlbscope"), () -> open(newer));
    Path older = jar("made.older.Older", "older", "0");
    assertRefused(List.of("plugin API 0", "newer version of the plugin"), () -> open(older));
  }

  @Test
  void pluginThatThrowsIsRefusedWithItsReason() throws Exception {
    String source = PluginJarMaker.plugin("made.thrower.Thrower", "thrower", "1");
    String throwing =
        source.replace(
            "@Override public String name()",
            "public Thrower() { throw new IllegalStateException(\"no room\"); }\n  @Override public String name()");
    Path constructor =
        PluginJarMaker.make(
            directory,
            "thrower",
            "made.thrower.Thrower\n",
            Map.of("made.thrower.Thrower", throwing));
    assertRefused(
        List.of("made.thrower.Thrower", "constructor", "no room"), () -> open(constructor));
    Path version = jar("made.version.Version", "version", "Integer.parseInt(\"one\")");
    assertRefused(List.of("made.version.Version", "version", "one"), () -> open(version));
    String initializer =
        PluginJarMaker.plugin("made.init.Init", "init", "1")
            .replace(
                "@Override public String name()",
                "static int x = 1 / Integer.parseInt(\"0\");\n  @Override public String name()");
    Path init =
        PluginJarMaker.make(
            directory, "init", "made.init.Init\n", Map.of("made.init.Init", initializer));
    assertRefused(List.of("made.init.Init", "cannot be linked"), () -> open(init));
  }

  @Test
  void pluginWithoutPublicConstructorIsRefused() throws Exception {
    String source =
        PluginJarMaker.plugin("made.hidden.Hidden", "hidden", "1")
            .replace(
                "@Override public String name()",
                "private Hidden() {}\n  @Override public String name()");
    Path jar =
        PluginJarMaker.make(
            directory, "hidden", "made.hidden.Hidden\n", Map.of("made.hidden.Hidden", source));
    assertRefused(List.of("made.hidden.Hidden", "public constructor"), () -> open(jar));
  }

  @Test
  void badNamesAndTwoPluginsOfOneNameAreRefused() throws Exception {
    Path bad =
        PluginJarMaker.make(
            directory,
            "bad",
            "made.bad.Bad\n",
            Map.of("made.bad.Bad", PluginJarMaker.plugin("made.bad.Bad", "Bad Name", "1")));
    assertRefused(List.of("'Bad Name'", "lower case"), () -> open(bad));
    Path one = jar("made.same.One", "same", "1");
    Path two =
        PluginJarMaker.make(
            directory,
            "same2",
            "made.same2.Two\n",
            Map.of("made.same2.Two", PluginJarMaker.plugin("made.same2.Two", "same", "1")));
    assertRefused(
        List.of("same exists twice", one.toString(), two.toString()), () -> open(one, two));
  }

  @Test
  void pluginPathIsSeparatedLikeAClassPath() {
    String separator = java.io.File.pathSeparator;
    assertEquals(
        List.of(Path.of("a.jar"), Path.of("dir")),
        PluginPath.parse("a.jar" + separator + "dir" + separator));
    assertEquals(0L, Stream.of(PluginPath.parse("").toArray()).count());
  }
}
