package io.tlbscope.core.plugin;

/**
 * A plugin threw from within a hook: the machine stops with the plugin's name. Thrown by the woven
 * seam itself.
 */
public final class PluginFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String plugin;
  private final String hookPoint;

  private PluginFailure(String plugin, String hookPoint, Throwable cause) {
    super("plugin " + plugin + " failed in hook " + hookPoint + ": " + cause, cause);
    this.plugin = plugin;
    this.hookPoint = hookPoint;
  }

  /**
   * The failure of {@code plugin}, or {@code cause} itself when it is a failure already: a hook
   * that fires while another plugin's advice runs keeps the name of the plugin that threw. Called
   * by woven code.
   */
  public static PluginFailure of(Throwable cause, String plugin, String hookPoint) {
    return cause instanceof PluginFailure failure
        ? failure
        : new PluginFailure(plugin, hookPoint, cause);
  }

  /** Name of the plugin that threw. */
  public String plugin() {
    return plugin;
  }

  /** Id of the hook point it threw in. */
  public String hookPoint() {
    return hookPoint;
  }
}
