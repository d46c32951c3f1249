package io.tlbscope.tools.cli;

import io.tlbscope.core.plugin.LoadedPlugin;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.PluginLoader;
import io.tlbscope.core.plugin.PluginOption;
import io.tlbscope.core.weave.Agent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(name = "plugins", description = "List the plugins and their options.")
final class PluginsCommand extends Command {
  @Option(
      names = "--plugin-path",
      paramLabel = "JAR|DIR",
      split = "[:;]",
      description = "jars, or folders of jars, with more plugins")
  private List<Path> pluginPath = new ArrayList<>();

  PluginsCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws Problem {
    try {
      for (LoadedPlugin loaded :
          PluginLoader.open(pluginPath, pluginPath.isEmpty() ? jar -> {} : Agent.jarHost())
              .known()) {
        show(loaded);
      }
      return 0;
    } catch (PluginException e) {
      throw new Problem(ExitCode.PLUGIN, e.getMessage(), e);
    }
  }

  private void show(LoadedPlugin loaded) {
    print(
        "%s  (%s, API version %d)"
            .formatted(loaded.name(), loaded.origin(), loaded.plugin().apiVersion()));
    print("    " + loaded.plugin().description());
    for (PluginOption option : loaded.plugin().options()) {
      String value = option.defaultValue().isEmpty() ? "" : "=" + option.defaultValue();
      print("    %-24s %s".formatted(option.key() + value, option.help()));
    }
  }
}
