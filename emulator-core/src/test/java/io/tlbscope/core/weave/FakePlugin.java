package io.tlbscope.core.weave;

import io.tlbscope.core.plugin.Plugin;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginOption;
import java.util.List;

/** A plugin that is nothing but a name and advice. */
record FakePlugin(String name, List<Class<?>> advice) implements Plugin {
  static FakePlugin of(String name, Class<?>... advice) {
    return new FakePlugin(name, List.of(advice));
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
  public Object attach(PluginContext context) {
    return this;
  }
}
