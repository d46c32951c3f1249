package io.tlbscope.core.weave;

import io.tlbscope.core.hook.HookPoints;
import io.tlbscope.core.plugin.Plugin;
import io.tlbscope.core.plugin.PluginException;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Weaves advice into the hook classes of this JVM. What is woven is the union of what the open
 * {@link Weaving}s need, in the order in which they were made; a seam that nobody needs has the
 * bytes of its class file.
 */
public final class Weaver {
  private static final Weaver SHARED = new Weaver();

  private final List<Weaving> open = new ArrayList<>();
  private final SeamTransformer transformer = new SeamTransformer();
  private Map<Class<?>, List<AdviceSite>> woven = Map.of();

  private Weaver() {}

  /** The JVM's weaver: hook classes exist once, so does it. */
  public static Weaver shared() {
    return SHARED;
  }

  /**
   * Weaves the plugins' advice, each hook point's in this order. Nothing changes where it throws.
   *
   * @throws PluginException where an advice fits no seam, or is not in the loaded class afterwards
   */
  public synchronized Weaving weave(List<? extends Plugin> plugins) throws PluginException {
    List<AdviceSite> sites = new ArrayList<>();
    for (Plugin plugin : plugins) {
      for (Class<?> advice : plugin.advice()) {
        sites.add(AdviceCheck.site(plugin.name(), advice));
      }
    }
    Weaving weaving = new Weaving(this, sites);
    open.add(weaving);
    try {
      apply();
    } catch (PluginException e) {
      open.remove(weaving);
      restore(e);
      throw e;
    }
    weaving.report(report());
    return weaving;
  }

  synchronized void release(Weaving weaving) {
    if (!open.remove(weaving)) {
      return;
    }
    try {
      apply();
    } catch (PluginException e) {
      throw new IllegalStateException("advice cannot be taken out again: " + e.getMessage(), e);
    }
  }

  private void restore(PluginException reason) {
    try {
      apply();
    } catch (PluginException e) {
      reason.addSuppressed(e);
    }
  }

  /**
   * Brings the loaded classes into line with the open weavings, rewriting only those that change.
   */
  private void apply() throws PluginException {
    Map<Class<?>, List<AdviceSite>> wanted = wanted();
    List<Class<?>> changed = new ArrayList<>();
    for (Class<?> type : HookPoints.classes()) {
      if (!Objects.equals(wanted.get(type), woven.get(type))) {
        changed.add(type);
      }
    }
    if (changed.isEmpty()) {
      return;
    }
    LoadedBytes loaded = retransform(wanted, changed);
    woven = wanted;
    if (transformer.failure() != null) {
      throw transformer.failure();
    }
    for (Class<?> type : changed) {
      for (AdviceSite site : wanted.getOrDefault(type, List.of())) {
        checkAttached(site, loaded.of(type));
      }
    }
  }

  private LoadedBytes retransform(Map<Class<?>, List<AdviceSite>> wanted, List<Class<?>> changed)
      throws PluginException {
    Instrumentation instrumentation = Agent.instrumentation();
    LoadedBytes loaded = new LoadedBytes();
    instrumentation.removeTransformer(transformer);
    transformer.plan(wanted);
    if (!wanted.isEmpty()) {
      instrumentation.addTransformer(transformer, true);
    }
    instrumentation.addTransformer(loaded, true);
    try {
      instrumentation.retransformClasses(changed.toArray(Class<?>[]::new));
    } catch (UnmodifiableClassException | LinkageError e) {
      throw new PluginException("the JVM refused the woven hook classes: " + e, e);
    } finally {
      instrumentation.removeTransformer(loaded);
    }
    return loaded;
  }

  private void checkAttached(AdviceSite site, byte[] loaded) throws PluginException {
    byte[] made = transformer.after(site.seam().owner());
    if (made == null || !Arrays.equals(made, loaded) || !SeamMark.isIn(loaded, site)) {
      throw new PluginException(
          site.who()
              + " is not attached: the loaded class "
              + site.seam().owner().getName()
              + " does not hold it; another agent in this JVM rewrites that class");
    }
  }

  private Map<Class<?>, List<AdviceSite>> wanted() {
    LinkedHashSet<AdviceSite> union = new LinkedHashSet<>();
    open.forEach(weaving -> union.addAll(weaving.sites()));
    Map<Class<?>, List<AdviceSite>> byClass = new LinkedHashMap<>();
    for (AdviceSite site : union) {
      byClass.computeIfAbsent(site.seam().owner(), type -> new ArrayList<>()).add(site);
    }
    return byClass;
  }

  private WovenReport report() {
    Map<String, WovenReport.Point> points = new TreeMap<>();
    Map<String, WovenReport.Rewritten> classes = new TreeMap<>();
    woven.forEach(
        (type, sites) -> {
          for (AdviceSite site : sites) {
            points
                .computeIfAbsent(
                    site.seam().id(),
                    id -> new WovenReport.Point(id, type.getName(), new ArrayList<>()))
                .plugins()
                .add(site.plugin());
          }
          classes.put(
              type.getName(),
              new WovenReport.Rewritten(
                  type.getName(), transformer.before(type).length, transformer.after(type).length));
        });
    return new WovenReport(List.copyOf(points.values()), List.copyOf(classes.values()));
  }
}
