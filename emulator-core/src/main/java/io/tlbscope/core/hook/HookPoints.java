package io.tlbscope.core.hook;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All hook points of the core, by their ids. */
public final class HookPoints {
  /** The classes that hold seams; a new one is added here. */
  private static final List<Class<?>> CLASSES =
      List.of(
          InterruptHooks.class, MemoryHooks.class, MsrHooks.class, TlbHooks.class, VcpuHooks.class);

  private static final Map<String, HookSeam> BY_ID = read();

  private HookPoints() {}

  /** The classes that hold seams. */
  public static List<Class<?>> classes() {
    return CLASSES;
  }

  /** Every hook point, in order of the ids. */
  public static Collection<HookSeam> all() {
    return BY_ID.values();
  }

  public static Optional<HookSeam> find(String id) {
    return Optional.ofNullable(BY_ID.get(id));
  }

  private static Map<String, HookSeam> read() {
    Map<String, HookSeam> byId = new TreeMap<>();
    for (Class<?> type : CLASSES) {
      Method[] methods = type.getDeclaredMethods();
      Arrays.sort(methods, Comparator.comparing(Method::getName));
      for (Method method : methods) {
        HookPoint point = method.getAnnotation(HookPoint.class);
        if (point != null && byId.put(point.id(), new HookSeam(method, point)) != null) {
          throw new IllegalStateException("two hook points are called " + point.id());
        }
      }
    }
    return byId;
  }
}
