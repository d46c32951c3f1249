package io.tlbscope.core.plugin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Finds the bundled plugins and those on the plugin path, and picks the ones that the user asks
 * for.
 */
public final class PluginLoader {
  private static List<Class<? extends Plugin>> bundled;

  private final Map<String, LoadedPlugin> byName = new TreeMap<>();

  private PluginLoader() {}

  /**
   * Loads every plugin there is.
   *
   * @param pluginPath jars and directories of jars
   * @throws PluginException when one cannot be loaded: a plugin that is silently absent would be
   *     worse
   */
  public static PluginLoader open(List<Path> pluginPath, JarHost host) throws PluginException {
    PluginLoader loader = new PluginLoader();
    for (Class<? extends Plugin> type : bundled()) {
      loader.add(type, LoadedPlugin.BUNDLED);
    }
    for (Path path : PluginPath.jars(pluginPath)) {
      for (String provider : new PluginJar(path).open(host)) {
        loader.add(load(provider, path), path.toString());
      }
    }
    return loader;
  }

  /** All plugins in order of their names. */
  public Collection<LoadedPlugin> known() {
    return List.copyOf(byName.values());
  }

  /**
   * The plugins named by {@code arguments}, each {@code name,key=value,...}, in that order: the
   * order in which their advice runs.
   */
  public List<SelectedPlugin> select(List<String> arguments) throws PluginException {
    Map<String, SelectedPlugin> selected = new LinkedHashMap<>();
    for (String text : arguments) {
      PluginArguments argument = PluginArguments.parse(text);
      LoadedPlugin found = byName.get(argument.name());
      if (found == null) {
        throw new PluginException(
            "there is no plugin "
                + argument.name()
                + "; known plugins: "
                + (byName.isEmpty() ? "none" : String.join(", ", byName.keySet()))
                + ". Others are found with --plugin-path");
      }
      SelectedPlugin plugin =
          new SelectedPlugin(found.plugin(), argument.completed(found.plugin()));
      if (selected.put(argument.name(), plugin) != null) {
        throw new PluginException(
            "plugin " + argument.name() + " is given twice; give all its options in one --plugin");
      }
    }
    return new ArrayList<>(selected.values());
  }

  private void add(Class<? extends Plugin> type, String origin) throws PluginException {
    LoadedPlugin found = new LoadedPlugin(ApiCheck.create(type, origin), origin);
    LoadedPlugin other = byName.put(found.name(), found);
    if (other != null) {
      throw new PluginException(
          "plugin "
              + found.name()
              + " exists twice: "
              + other.origin()
              + " and "
              + origin
              + "; remove one");
    }
  }

  private static Class<? extends Plugin> load(String provider, Path jar) throws PluginException {
    try {
      Class<?> type = Class.forName(provider, true, Plugin.class.getClassLoader());
      return type.asSubclass(Plugin.class);
    } catch (ClassNotFoundException e) {
      throw new PluginException(
          jar + ": class " + provider + " is in the jar but cannot be found by the core", e);
    } catch (ClassCastException e) {
      throw new PluginException(
          jar
              + ": class "
              + provider
              + " does not implement "
              + Plugin.class.getName()
              + "; correct the service file",
          e);
    } catch (LinkageError e) {
      throw new PluginException(
          jar
              + ": class "
              + provider
              + " cannot be linked ("
              + e
              + "); compile it against this version of the core",
          e);
    }
  }

  /**
   * Found once, before any jar is appended: afterwards the class path's service files include those
   * of the jars.
   */
  private static synchronized List<Class<? extends Plugin>> bundled() throws PluginException {
    if (bundled == null) {
      try {
        List<Class<? extends Plugin>> types = new ArrayList<>();
        ServiceLoader.load(Plugin.class, Plugin.class.getClassLoader()).stream()
            .forEach(p -> types.add(p.type()));
        bundled = List.copyOf(types);
      } catch (ServiceConfigurationError e) {
        throw new PluginException(
            "a bundled plugin cannot be loaded: " + e.getMessage() + "; build again", e);
      }
    }
    return bundled;
  }
}
