package io.tlbscope.core.plugin;

import java.util.Map;

/**
 * A plugin that the user asked for.
 *
 * @param options a value for every key of {@link Plugin#options}: the given one or the default
 */
public record SelectedPlugin(Plugin plugin, Map<String, String> options) {
  public SelectedPlugin {
    options = Map.copyOf(options);
  }

  public String name() {
    return plugin.name();
  }
}
