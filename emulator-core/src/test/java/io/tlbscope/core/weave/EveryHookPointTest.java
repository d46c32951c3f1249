package io.tlbscope.core.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.tlbscope.core.hook.HookPoints;
import io.tlbscope.core.hook.HookSeam;
import io.tlbscope.core.plugin.PluginLoader;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each hook point, alone, with advice from a plugin jar: it sees the seam's arguments and decides
 * its result.
 */
class EveryHookPointTest {
  @TempDir static Path directory;

  @BeforeAll
  static void loadAdvice() throws Exception {
    PluginLoader.open(List.of(RecordingAdvice.jar(directory)), Agent.jarHost());
  }

  static Collection<String> ids() {
    return HookPoints.all().stream().map(HookSeam::id).toList();
  }

  @ParameterizedTest
  @MethodSource("ids")
  void adviceSeesTheArgumentsAndGivesTheResult(String id) throws Exception {
    HookSeam seam = HookPoints.find(id).orElseThrow();
    Class<?> advice = Class.forName(RecordingAdvice.className(seam));
    List<Object> arguments = new ArrayList<>();
    for (Class<?> type : seam.method().getParameterTypes()) {
      arguments.add(sample(type, arguments.size()));
    }
    Object unwoven = seam.method().invoke(null, arguments.toArray());
    Class<?> result = seam.method().getReturnType();
    Object answer = result == void.class ? null : otherThan(unwoven, result);
    Recorder.answerWith(answer);
    try (Weaving weaving = Weaver.shared().weave(List.of(FakePlugin.of("recording", advice)))) {
      assertEquals(answer, seam.method().invoke(null, arguments.toArray()));
      assertEquals(List.of(new Recorder.Call(id, arguments)), Recorder.take());
      assertEquals(
          List.of(id), weaving.report().points().stream().map(WovenReport.Point::id).toList());
    }
    assertSame(unwoven, seam.method().invoke(null, arguments.toArray()));
    assertEquals(List.of(), Recorder.take());
  }

  private static Object sample(Class<?> type, int n) {
    if (type == int.class) {
      return 100 + n;
    }
    if (type == long.class) {
      return 0x1234_5678_9ABCL + n;
    }
    if (type == boolean.class) {
      return true;
    }
    if (type == BitSet.class) {
      return BitSet.valueOf(new long[] {5});
    }
    if (type.isArray()) {
      return java.lang.reflect.Array.newInstance(type.getComponentType(), 4);
    }
    return type.isEnum() ? type.getEnumConstants()[0] : proxy(type);
  }

  private static Object proxy(Class<?> type) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (self, method, arguments) ->
            switch (method.getName()) {
              case "equals" -> self == arguments[0];
              case "hashCode" -> 1;
              default -> type.getSimpleName();
            });
  }

  private static Object otherThan(Object value, Class<?> type) {
    if (type == boolean.class) {
      return !(Boolean) value;
    }
    return type == int.class ? (Object) ((Integer) value + 33) : type.getEnumConstants()[1];
  }
}
