package io.tlbscope.core.plugin;

/**
 * A plugin cannot be loaded, attached or woven; the message names the plugin, the cause and the
 * mend.
 */
public class PluginException extends Exception {
  private static final long serialVersionUID = 1L;

  public PluginException(String message) {
    super(message);
  }

  public PluginException(String message, Throwable cause) {
    super(message, cause);
  }
}
