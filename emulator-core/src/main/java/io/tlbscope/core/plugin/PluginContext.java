package io.tlbscope.core.plugin;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.state.Stateful;
import io.tlbscope.core.trace.TraceSink;
import java.util.Optional;

/** What a plugin gets when it is attached to a machine. */
public interface PluginContext {
  MachineControl machine();

  /** The option's value, its default when not given. */
  String option(String key);

  /** Where the plugin writes its events. */
  TraceSink trace();

  /** The guest's symbols; empty where it has none. */
  Symbols symbols();

  /**
   * Adds a section to the run's JSON summary and report.
   *
   * @param key top-level key of the JSON summary
   * @param section called once, after the run; gives maps, lists, strings, numbers and booleans
   */
  void report(String key, java.util.function.Supplier<Object> section);

  /**
   * Offers a debugger something to look at while the machine stands still.
   *
   * @param name one word
   * @param text lines as they are now
   */
  default void view(String name, java.util.function.Supplier<String> text) {}

  /**
   * Says what of the plugin's state decides what happens next, or is reported: snapshots hold it.
   * Called while the plugin is attached; a plugin without state gives one that writes nothing. A
   * machine with a plugin that never calls it has no snapshots.
   */
  default void state(Stateful part) {}

  /** Records a violation; it appears in the summary, the trace and the report. */
  void violation(Violation violation);

  /** Symbols of the guest image. */
  interface Symbols {
    /** Value of the named symbol. */
    Optional<Long> address(String name);

    /** Size of the named symbol in bytes, 0 when unknown. */
    long size(String name);

    /**
     * Physical address that the image's program headers give the symbol's address; the address
     * itself where they say nothing.
     */
    default long physical(long va) {
      return va;
    }

    /** Nearest symbol at or below the address as {@code name+0x12}, or an empty string. */
    String at(long va);
  }
}
