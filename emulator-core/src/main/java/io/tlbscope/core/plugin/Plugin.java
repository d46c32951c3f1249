package io.tlbscope.core.plugin;

import java.util.List;

/**
 * A plugin, found by {@link java.util.ServiceLoader}. One object a JVM; {@link #attach} makes one
 * instance a machine.
 */
public interface Plugin {
  /**
   * Current version of this interface and of the seams; raised when either changes incompatibly.
   */
  int API_VERSION = 1;

  /** Oldest version the core still serves. */
  int API_MINIMUM = 1;

  /** Name used on the command line: lower case letters, digits, hyphens. */
  String name();

  /** One line for {@code tlbscope plugins}. */
  String description();

  /**
   * The {@link #API_VERSION} the plugin was compiled against; write the literal, not the constant's
   * name.
   */
  int apiVersion();

  /** The keys it takes in {@code name,key=value}; others are refused. */
  List<PluginOption> options();

  /**
   * Advice classes to weave, one for each hook point, annotated {@link Attach}. Byte Buddy inlines
   * their {@code Advice} methods into the seam, so each is one static line into an ordinary class.
   */
  List<Class<?>> advice();

  /**
   * Makes the plugin's state for one machine, before the machine's first instruction. The object is
   * what {@code MachineControl.plugin(type)} gives.
   *
   * @throws PluginException when an option's value makes no sense
   */
  Object attach(PluginContext context) throws PluginException;
}
