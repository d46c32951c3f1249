package io.tlbscope.core.weave;

import io.tlbscope.core.plugin.PluginException;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rewrites the planned hook classes when the JVM retransforms them. The JVM swallows what a
 * transformer throws, so failures are kept for the weaver to ask for. Guarded by the weaver's lock:
 * retransformation runs on the thread that holds it.
 */
final class SeamTransformer implements ClassFileTransformer {
  private Map<Class<?>, List<AdviceSite>> plan = Map.of();
  private final Map<Class<?>, byte[]> before = new HashMap<>();
  private final Map<Class<?>, byte[]> after = new HashMap<>();
  private PluginException failure;

  void plan(Map<Class<?>, List<AdviceSite>> sites) {
    plan = Map.copyOf(sites);
    failure = null;
    before.keySet().retainAll(plan.keySet());
    after.keySet().retainAll(plan.keySet());
  }

  PluginException failure() {
    return failure;
  }

  /** Class file without advice. */
  byte[] before(Class<?> type) {
    return before.get(type);
  }

  /** Class file that this transformer gave to the JVM; null where it never ran. */
  byte[] after(Class<?> type) {
    return after.get(type);
  }

  @Override
  public byte[] transform(
      ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] classFile) {
    List<AdviceSite> sites = type == null ? null : plan.get(type);
    if (sites == null) {
      return null;
    }
    try {
      byte[] woven = ClassWeaver.weave(type, classFile, sites);
      before.put(type, classFile);
      after.put(type, woven);
      return woven;
    } catch (PluginException e) {
      failure = e;
    } catch (RuntimeException | LinkageError e) {
      failure = new PluginException("class " + type.getName() + " cannot be woven: " + e, e);
    }
    return null;
  }
}
