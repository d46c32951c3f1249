package io.tlbscope.pmap;

import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks up where the guest keeps things. Each item is an option whose value is a symbol of the
 * guest or a number (decimal or 0x...); what is missing is gathered, so that one message names it
 * all.
 */
final class GuestItems {
  private final PluginContext context;
  private final List<String> missing = new ArrayList<>();

  GuestItems(PluginContext context) {
    this.context = context;
  }

  boolean has(String key) throws PluginException {
    return value(key).isPresent();
  }

  /**
   * Values of the items, each a row of option key, default and description; 0 for those that are
   * missing.
   */
  long[] values(String[][] items) throws PluginException {
    long[] values = new long[items.length];
    for (int i = 0; i < items.length; i++) {
      OptionalLong value = value(items[i][0]);
      if (value.isEmpty()) {
        missing.add(items[i][0] + "=" + context.option(items[i][0]));
      }
      values[i] = value.orElse(0);
    }
    return values;
  }

  /** Physical address of the item, -1 where the guest does not have it. */
  long physicalOrNone(String key) throws PluginException {
    OptionalLong value = value(key);
    return value.isPresent() ? physical(value.getAsLong()) : -1;
  }

  long physical(long va) {
    return context.symbols().physical(va);
  }

  /**
   * Ends the search.
   *
   * @throws PluginException naming every item that was asked for and is missing
   */
  void requireAll() throws PluginException {
    if (!missing.isEmpty()) {
      throw new PluginException(
          "plugin pmap: the guest lacks what these options name: "
              + String.join(", ", missing)
              + "; give each as a symbol of the guest or as a number, or link the guest with its symbols");
    }
  }

  private OptionalLong value(String key) throws PluginException {
    String text = context.option(key);
    if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
      try {
        return OptionalLong.of(Long.decode(text));
      } catch (NumberFormatException e) {
        throw new PluginException(
            "plugin pmap: " + key + "=" + text + " is neither a symbol nor a number", e);
      }
    }
    Optional<Long> address = context.symbols().address(text);
    return address.isPresent() ? OptionalLong.of(address.get()) : OptionalLong.empty();
  }
}
