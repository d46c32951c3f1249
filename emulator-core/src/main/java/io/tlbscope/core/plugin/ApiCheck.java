package io.tlbscope.core.plugin;

import java.lang.reflect.InvocationTargetException;
import java.util.regex.Pattern;

/**
 * Makes a plugin's object and checks that it and the core speak the same version of the interface.
 */
final class ApiCheck {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  private ApiCheck() {}

  static Plugin create(Class<? extends Plugin> type, String origin) throws PluginException {
    String who = "plugin class " + type.getName() + " (" + origin + ")";
    try {
      Plugin plugin = type.getConstructor().newInstance();
      checkVersion(plugin.apiVersion(), who);
      if (!NAME.matcher(plugin.name()).matches()) {
        throw new PluginException(
            who
                + " calls itself '"
                + plugin.name()
                + "'; a name is lower case letters, digits and hyphens");
      }
      return plugin;
    } catch (InvocationTargetException e) {
      throw new PluginException(who + " failed in its constructor: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new PluginException(
          who
              + " cannot be created ("
              + e
              + "); it needs to be a public class with a public constructor without arguments",
          e);
    } catch (RuntimeException e) {
      throw new PluginException(
          who + " failed while it was asked for its name and version: " + e, e);
    } catch (LinkageError e) {
      throw new PluginException(
          who + " does not fit this core (" + e + "); compile it against this version", e);
    }
  }

  private static void checkVersion(int version, String who) throws PluginException {
    if (version > Plugin.API_VERSION) {
      throw new PluginException(
          who
              + " was made for plugin API "
              + version
              + ", this core speaks "
              + range()
              + "; use a newer tlbscope");
    }
    if (version < Plugin.API_MINIMUM) {
      throw new PluginException(
          who
              + " was made for plugin API "
              + version
              + ", this core speaks "
              + range()
              + "; use a newer version of the plugin");
    }
  }

  private static String range() {
    return Plugin.API_MINIMUM == Plugin.API_VERSION
        ? String.valueOf(Plugin.API_VERSION)
        : Plugin.API_MINIMUM + " to " + Plugin.API_VERSION;
  }
}
