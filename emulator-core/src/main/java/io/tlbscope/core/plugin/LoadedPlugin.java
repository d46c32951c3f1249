package io.tlbscope.core.plugin;

/**
 * A plugin that was found and speaks this API.
 *
 * @param origin {@code bundled}, or the path of its jar
 */
public record LoadedPlugin(Plugin plugin, String origin) {
  /** The origin of plugins on the class path. */
  public static final String BUNDLED = "bundled";

  public String name() {
    return plugin.name();
  }
}
