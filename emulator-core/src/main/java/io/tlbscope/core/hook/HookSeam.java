package io.tlbscope.core.hook;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A declared hook point: the method and what its annotation says. */
public record HookSeam(Method method, HookPoint point) {
  public String id() {
    return point.id();
  }

  /** The class that holds the seam; weaving rewrites it. */
  public Class<?> owner() {
    return method.getDeclaringClass();
  }

  /**
   * {@code Claim read(Vcpu cpu, int msr, long[] value)}, names as far as the class file keeps them.
   */
  public String signature() {
    String parameters =
        Arrays.stream(method.getParameters())
            .map(p -> p.getType().getSimpleName() + (p.isNamePresent() ? " " + p.getName() : ""))
            .collect(Collectors.joining(", "));
    return method.getReturnType().getSimpleName() + " " + method.getName() + "(" + parameters + ")";
  }
}
