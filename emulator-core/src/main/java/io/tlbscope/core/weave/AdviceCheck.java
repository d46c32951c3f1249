package io.tlbscope.core.weave;

import io.tlbscope.core.hook.HookPoints;
import io.tlbscope.core.hook.HookSeam;
import io.tlbscope.core.plugin.Attach;
import io.tlbscope.core.plugin.PluginException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.asm.Advice;

/**
 * What an advice class must be, checked before anything is woven so that the message can say what
 * is wrong with it.
 */
final class AdviceCheck {
  private AdviceCheck() {}

  static AdviceSite site(String plugin, Class<?> advice) throws PluginException {
    String who = "plugin " + plugin + ", advice " + advice.getName();
    Attach attach = advice.getAnnotation(Attach.class);
    if (attach == null) {
      throw new PluginException(who + " has no @Attach(\"hook id\") annotation; add one");
    }
    HookSeam seam = HookPoints.find(attach.value()).orElse(null);
    if (seam == null) {
      throw new PluginException(
          who
              + " names no hook point: there is no '"
              + attach.value()
              + "'; hook points: "
              + String.join(", ", HookPoints.all().stream().map(HookSeam::id).toList()));
    }
    Method method = method(advice, who);
    AdviceSite site =
        new AdviceSite(
            plugin, advice, seam, method.isAnnotationPresent(Advice.OnMethodEnter.class));
    checkAnnotation(site, method);
    for (Parameter parameter : method.getParameters()) {
      checkParameter(site, parameter);
    }
    LinkCheck.check(site, method);
    return site;
  }

  private static Method method(Class<?> advice, String who) throws PluginException {
    List<Method> found = new ArrayList<>();
    for (Method method : advice.getDeclaredMethods()) {
      if (method.isAnnotationPresent(Advice.OnMethodEnter.class)
          || method.isAnnotationPresent(Advice.OnMethodExit.class)) {
        found.add(method);
      }
    }
    if (found.size() != 1) {
      throw new PluginException(
          who
              + " has "
              + found.size()
              + " methods annotated @Advice.OnMethodEnter or @Advice.OnMethodExit;"
              + " a seam's body is empty, so write exactly one");
    }
    Method method = found.getFirst();
    if (!Modifier.isStatic(method.getModifiers()) || method.getReturnType() != void.class) {
      throw new PluginException(who + ": its method " + method.getName() + " must be static void");
    }
    return method;
  }

  /**
   * Exceptions must reach the machine with the plugin's name, and the advice must be in the seam
   * itself.
   */
  private static void checkAnnotation(AdviceSite site, Method method) throws PluginException {
    Advice.OnMethodEnter enter = method.getAnnotation(Advice.OnMethodEnter.class);
    Advice.OnMethodExit exit = method.getAnnotation(Advice.OnMethodExit.class);
    Class<? extends Throwable> suppressed = enter != null ? enter.suppress() : exit.suppress();
    boolean inline = enter != null ? enter.inline() : exit.inline();
    if (!suppressed.getName().equals("net.bytebuddy.asm.Advice$NoExceptionHandler") || !inline) {
      throw new PluginException(
          site.who()
              + ": its method may set neither suppress nor inline; a plugin's exceptions stop the machine");
    }
  }

  private static void checkParameter(AdviceSite site, Parameter parameter) throws PluginException {
    Class<?>[] types = site.seam().method().getParameterTypes();
    Advice.Argument argument = parameter.getAnnotation(Advice.Argument.class);
    if (argument != null) {
      int n = argument.value();
      if (n < 0 || n >= types.length || !fits(types[n], parameter.getType())) {
        String is =
            n < 0 || n >= types.length ? "does not exist" : "is " + types[n].getSimpleName();
        throw mismatch(
            site,
            "@Advice.Argument("
                + n
                + ") "
                + parameter.getType().getSimpleName()
                + ", but that argument "
                + is);
      }
    } else if (parameter.isAnnotationPresent(Advice.Return.class)) {
      Class<?> result = site.seam().method().getReturnType();
      if (result != parameter.getType()) {
        throw mismatch(
            site,
            "@Advice.Return "
                + parameter.getType().getSimpleName()
                + ", but the seam gives "
                + result.getSimpleName());
      }
    } else {
      throw mismatch(site, "a parameter that is neither @Advice.Argument nor @Advice.Return");
    }
  }

  private static boolean fits(Class<?> from, Class<?> to) {
    return from.isPrimitive() || to.isPrimitive() ? from == to : to.isAssignableFrom(from);
  }

  private static PluginException mismatch(AdviceSite site, String what) {
    return new PluginException(
        site.who() + " does not match the seam " + site.seam().signature() + ": it has " + what);
  }
}
