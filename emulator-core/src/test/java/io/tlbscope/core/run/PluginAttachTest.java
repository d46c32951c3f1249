package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tlbscope.core.plugin.Plugin;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.PluginOption;
import io.tlbscope.core.plugin.SelectedPlugin;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A plugin that breaks while it is attached is named, whatever it throws. */
class PluginAttachTest {
  private static final class Broken implements Plugin {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String description() {
      return "test";
    }

    @Override
    public int apiVersion() {
      return 1;
    }

    @Override
    public List<PluginOption> options() {
      return List.of();
    }

    @Override
    public List<Class<?>> advice() {
      return List.of();
    }

    @Override
    public Object attach(PluginContext context) {
      throw new IllegalArgumentException("no such thing");
    }
  }

  @Test
  void itsNameIsInTheMessage() {
    SelectedPlugin plugin = new SelectedPlugin(new Broken(), Map.of());
    PluginException e =
        assertThrows(PluginException.class, () -> MachinePlugins.attach(plugin, null));
    assertEquals(
        "plugin broken failed while it was attached: java.lang.IllegalArgumentException: no such thing",
        e.getMessage());
  }
}
