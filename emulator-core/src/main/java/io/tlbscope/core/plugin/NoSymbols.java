package io.tlbscope.core.plugin;

import java.util.Optional;

/** The symbols of a guest that has none. */
public final class NoSymbols implements PluginContext.Symbols {
  @Override
  public Optional<Long> address(String name) {
    return Optional.empty();
  }

  @Override
  public long size(String name) {
    return 0;
  }

  @Override
  public String at(long va) {
    return "";
  }
}
