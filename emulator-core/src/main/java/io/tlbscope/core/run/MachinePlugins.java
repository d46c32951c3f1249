package io.tlbscope.core.run;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.plugin.ApicTopology;
import io.tlbscope.core.plugin.MachinePluginContext;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.PluginLoader;
import io.tlbscope.core.plugin.SelectedPlugin;
import io.tlbscope.core.plugin.TopologyProvider;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.core.weave.Agent;
import io.tlbscope.core.weave.Weaver;
import io.tlbscope.core.weave.Weaving;
import io.tlbscope.core.weave.WovenReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The plugins of one machine: chosen, woven, attached, and asked for their part of the summary. */
final class MachinePlugins implements AutoCloseable, Stateful {
  private final List<SelectedPlugin> selected;
  private final Weaving weaving;
  private final Map<String, Supplier<Object>> sections = new LinkedHashMap<>();
  private final Map<String, Supplier<String>> views = new LinkedHashMap<>();
  private final Violations violations;

  /** What each plugin said to be its state, in the order of the plugins. */
  private final Map<String, List<Stateful>> stateful = new LinkedHashMap<>();

  /** One object a plugin, searched on every hook: an array, because there are few. */
  private Object[] states = {};

  private MachinePlugins(List<SelectedPlugin> selected, Weaving weaving, Violations violations) {
    this.selected = selected;
    this.weaving = weaving;
    this.violations = violations;
  }

  /**
   * Loads and weaves; nothing runs yet. Without plugins nothing is loaded and no class is touched.
   */
  static MachinePlugins load(List<String> specs, List<Path> path, Violations violations)
      throws PluginException {
    if (specs.isEmpty()) {
      return new MachinePlugins(List.of(), null, violations);
    }
    List<SelectedPlugin> selected =
        PluginLoader.open(path, path.isEmpty() ? jar -> {} : Agent.jarHost()).select(specs);
    return new MachinePlugins(
        selected,
        Weaver.shared().weave(selected.stream().map(SelectedPlugin::plugin).toList()),
        violations);
  }

  /** Makes each plugin's state for the machine. */
  void attach(MachineControl machine, TraceSink trace, PluginContext.Symbols symbols)
      throws PluginException {
    List<Object> made = new ArrayList<>();
    for (SelectedPlugin plugin : selected) {
      List<Stateful> parts = new ArrayList<>();
      stateful.put(plugin.name(), parts);
      Object state =
          attach(
              plugin,
              new MachinePluginContext(
                  machine,
                  plugin,
                  trace,
                  symbols,
                  sections::put,
                  views::put,
                  violations::add,
                  parts::add));
      if (state != null) {
        made.add(state);
      }
    }
    states = made.toArray();
  }

  static Object attach(SelectedPlugin plugin, PluginContext context) throws PluginException {
    try {
      return plugin.plugin().attach(context);
    } catch (RuntimeException e) {
      throw new PluginException(
          "plugin " + plugin.name() + " failed while it was attached: " + e, e);
    }
  }

  <T> T state(Class<T> type) {
    for (Object state : states) {
      if (state.getClass() == type) {
        return type.cast(state);
      }
    }
    return null;
  }

  Optional<ApicTopology> topology() {
    for (Object state : states) {
      if (state instanceof TopologyProvider provider) {
        return Optional.of(provider.topology());
      }
    }
    return Optional.empty();
  }

  /** Hook points woven for this machine, for people. */
  List<String> wovenLines() {
    WovenReport report = weaving == null ? null : weaving.report();
    return report == null ? List.of() : report.lines();
  }

  /** Some hook point whose name begins so may be woven. */
  boolean subscribed(String prefix) {
    return weaving != null
        && weaving.report().points().stream().anyMatch(point -> point.id().startsWith(prefix));
  }

  /** What plugins offer to debuggers, by name. */
  Map<String, Supplier<String>> views() {
    return views;
  }

  Map<String, Object> sections() {
    Map<String, Object> result = new LinkedHashMap<>();
    sections.forEach((key, section) -> result.put(key, section.get()));
    return result;
  }

  @Override
  public void close() {
    states = new Object[0];
    if (weaving != null) {
      weaving.close();
    }
  }

  /** Every plugin has said what its state is. */
  boolean stateful() {
    return stateful.values().stream().noneMatch(List::isEmpty);
  }

  /** Throws if {@link #stateful} does not hold. */
  void checkStateful() throws MachineException {
    for (Map.Entry<String, List<Stateful>> plugin : stateful.entrySet()) {
      if (plugin.getValue().isEmpty()) {
        throw new MachineException(
            "plugin "
                + plugin.getKey()
                + " does not say what its state is, so a machine with it has no snapshots; leave it"
                + " out, or have its attach call PluginContext.state");
      }
    }
  }

  /** The plugins and all their options, in order. */
  String selection() {
    return selected.stream()
        .map(
            plugin ->
                plugin.name()
                    + new TreeMap<>(plugin.options())
                        .entrySet().stream()
                            .map(option -> "," + option.getKey() + "=" + option.getValue())
                            .collect(Collectors.joining()))
        .collect(Collectors.joining(" "));
  }

  @Override
  public void save(StateWriter to) {
    stateful.forEach(
        (name, parts) -> {
          to.tag(name);
          parts.forEach(to::put);
        });
  }

  @Override
  public void load(StateReader from) {
    stateful.forEach(
        (name, parts) -> {
          from.tag(name);
          parts.forEach(from::get);
        });
  }
}
