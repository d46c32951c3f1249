package io.tlbscope.core.weave;

import io.tlbscope.core.plugin.JarHost;
import io.tlbscope.core.plugin.PluginException;
import java.io.IOException;
import java.lang.instrument.Instrumentation;

/**
 * Keeps the JVM's {@link Instrumentation}. The tools' jar names this class as its {@code
 * Launcher-Agent-Class}, so that {@code java -jar} hands it over before main runs; nothing is ever
 * attached to a running JVM.
 */
public final class Agent {
  private static final String TEST_AGENT = "net.bytebuddy.agent.Installer";

  private static volatile Instrumentation instrumentation;

  private Agent() {}

  /** Called by the JVM for {@code Launcher-Agent-Class}. */
  public static void agentmain(String arguments, Instrumentation given) {
    instrumentation = given;
  }

  /** Called by the JVM for {@code -javaagent}. */
  public static void premain(String arguments, Instrumentation given) {
    instrumentation = given;
  }

  /** Puts plugin jars where the core's classes are looked for. */
  public static JarHost jarHost() {
    return jar -> {
      try {
        instrumentation().appendToSystemClassLoaderSearch(jar);
      } catch (PluginException e) {
        throw new IOException(e.getMessage(), e);
      }
    };
  }

  /**
   * The JVM's instrumentation; in tests the one that byte-buddy-agent was given on the command
   * line.
   */
  static Instrumentation instrumentation() throws PluginException {
    if (instrumentation == null) {
      instrumentation = ofTestAgent();
    }
    return instrumentation;
  }

  private static Instrumentation ofTestAgent() throws PluginException {
    try {
      Class<?> installer = Class.forName(TEST_AGENT, true, ClassLoader.getSystemClassLoader());
      Object given = installer.getMethod("getInstrumentation").invoke(null);
      return (Instrumentation) given;
    } catch (ReflectiveOperationException e) {
      throw new PluginException(
          "plugins cannot be woven: this JVM was started without the agent; run ./tlbscope or java -jar, not the class path",
          e);
    }
  }
}
