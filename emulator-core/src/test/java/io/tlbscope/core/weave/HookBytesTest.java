package io.tlbscope.core.weave;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tlbscope.core.hook.HookPoints;
import io.tlbscope.core.hook.TlbHooks;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.utility.OpenedClassReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promise that plugins cost nothing where there are none: the loaded classes are the
 * compiler's.
 */
class HookBytesTest {
  static List<Class<?>> hookClasses() {
    return HookPoints.classes();
  }

  /** The bytes that the JVM has loaded for the class. */
  static byte[] loaded(Class<?> type) throws Exception {
    Instrumentation instrumentation = Agent.instrumentation();
    LoadedBytes bytes = new LoadedBytes();
    instrumentation.addTransformer(bytes, true);
    instrumentation.retransformClasses(type);
    instrumentation.removeTransformer(bytes);
    return bytes.of(type);
  }

  /** The bytes that the compiler made. */
  private static byte[] compiled(Class<?> type) throws Exception {
    try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
      return in.readAllBytes();
    }
  }

  /**
   * For each method the class file with this method alone, as hexadecimal digits. The JVM does not
   * keep the file but writes it anew when asked, with methods and attributes in an order of its
   * own; nothing else may differ.
   */
  private static Map<String, String> methods(byte[] classFile) {
    Map<String, String> methods = new TreeMap<>();
    List<String> names = new ArrayList<>();
    OpenedClassReader.of(classFile).accept(onlyMethod(null, names, null), 0);
    for (String name : names) {
      ClassWriter out = new ClassWriter(0);
      OpenedClassReader.of(classFile).accept(onlyMethod(out, new ArrayList<>(), name), 0);
      methods.put(name, HexFormat.of().formatHex(out.toByteArray()));
    }
    return methods;
  }

  private static ClassVisitor onlyMethod(ClassVisitor next, List<String> names, String wanted) {
    return new ClassVisitor(OpenedClassReader.ASM_API, next) {
      @Override
      public MethodVisitor visitMethod(
          int access, String name, String type, String signature, String[] thrown) {
        names.add(name + type);
        boolean visit = (name + type).equals(wanted);
        return visit ? super.visitMethod(access, name, type, signature, thrown) : null;
      }
    };
  }

  private static void assertUnwoven(Class<?> type) throws Exception {
    assertEquals(compiled(type).length, loaded(type).length);
    assertEquals(methods(compiled(type)), methods(loaded(type)));
  }

  @ParameterizedTest
  @MethodSource("hookClasses")
  void classWithoutPluginsIsTheCompilers(Class<?> type) throws Exception {
    assertUnwoven(type);
  }

  @ParameterizedTest
  @MethodSource("hookClasses")
  void classIsTheSameByteForByteWhenTheLastPluginGoes(Class<?> type) throws Exception {
    byte[] before = loaded(type);
    Weaving one = Weaver.shared().weave(List.of(FakePlugin.of("one", SampleAdvice.everyClass())));
    Weaving two = Weaver.shared().weave(List.of(FakePlugin.of("two", SampleAdvice.everyClass())));
    assertFalse(Arrays.equals(before, loaded(type)));
    one.close();
    assertFalse(Arrays.equals(before, loaded(type)));
    two.close();
    assertArrayEquals(before, loaded(type));
    assertUnwoven(type);
  }

  @Test
  void onlyClassesWithHookedMethodsAreRewritten() throws Exception {
    Map<Class<?>, byte[]> before = new HashMap<>();
    for (Class<?> type : HookPoints.classes()) {
      before.put(type, loaded(type));
    }
    try (Weaving weaving =
        Weaver.shared().weave(List.of(FakePlugin.of("drops", SampleAdvice.Drop.class)))) {
      assertEquals(
          List.of(TlbHooks.class.getName()),
          weaving.report().classes().stream().map(WovenReport.Rewritten::className).toList());
      for (Class<?> type : HookPoints.classes()) {
        assertEquals(
            type != TlbHooks.class, Arrays.equals(before.get(type), loaded(type)), type.getName());
      }
    }
  }
}
