package io.tlbscope.core.plugin;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.state.Stateful;
import io.tlbscope.core.trace.TraceSink;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The context of one plugin in one machine; the machine's owner says where sections and violations
 * go.
 */
public final class MachinePluginContext implements PluginContext {
  /** Takes the sections that plugins add to the summary. */
  @FunctionalInterface
  public interface Sections {
    void add(String key, Supplier<Object> section);
  }

  /** Takes what plugins offer to debuggers. */
  @FunctionalInterface
  public interface Views {
    void add(String name, Supplier<String> text);
  }

  private final MachineControl machine;
  private final SelectedPlugin plugin;
  private final TraceSink trace;
  private final Symbols symbols;
  private final Sections sections;
  private final Views views;
  private final Consumer<Violation> violations;
  private final Consumer<Stateful> states;

  public MachinePluginContext(
      MachineControl machine,
      SelectedPlugin plugin,
      TraceSink trace,
      Symbols symbols,
      Sections sections,
      Views views,
      Consumer<Violation> violations,
      Consumer<Stateful> states) {
    this.machine = machine;
    this.plugin = plugin;
    this.trace = trace;
    this.symbols = symbols;
    this.sections = sections;
    this.views = views;
    this.violations = violations;
    this.states = states;
  }

  @Override
  public MachineControl machine() {
    return machine;
  }

  @Override
  public String option(String key) {
    String value = plugin.options().get(key);
    if (value == null) {
      throw new IllegalArgumentException("plugin " + plugin.name() + " declares no option " + key);
    }
    return value;
  }

  @Override
  public TraceSink trace() {
    return trace;
  }

  @Override
  public Symbols symbols() {
    return symbols;
  }

  @Override
  public void report(String key, Supplier<Object> section) {
    sections.add(key, section);
  }

  @Override
  public void view(String name, Supplier<String> text) {
    views.add(name, text);
  }

  @Override
  public void state(Stateful part) {
    states.accept(part);
  }

  @Override
  public void violation(Violation violation) {
    violations.accept(violation);
  }
}
