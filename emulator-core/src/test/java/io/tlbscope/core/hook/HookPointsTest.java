package io.tlbscope.core.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HookPointsTest {
  static List<HookSeam> seams() {
    return List.copyOf(HookPoints.all());
  }

  @Test
  void everyAnnotatedMethodOfTheRoomIsListed() throws Exception {
    Set<String> annotated = new TreeSet<>();
    Path room = Path.of(HookPoint.class.getResource("HookPoint.class").toURI()).getParent();
    try (Stream<Path> files = Files.list(room)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        for (Method method :
            Class.forName(HookPoint.class.getPackageName() + "." + name).getDeclaredMethods()) {
          if (method.isAnnotationPresent(HookPoint.class)) {
            annotated.add(method.getAnnotation(HookPoint.class).id());
          }
        }
      }
    }
    assertEquals(annotated, new TreeSet<>(seams().stream().map(HookSeam::id).toList()));
  }

  @ParameterizedTest
  @MethodSource("seams")
  void seamIsPublicStaticAndDocumented(HookSeam seam) {
    int modifiers = seam.method().getModifiers();
    assertTrue(Modifier.isPublic(modifiers) && Modifier.isStatic(modifiers));
    assertTrue(seam.id().matches("[a-z0-9]+\\.[a-z]+"), seam.id());
    assertTrue(
        Stream.of(seam.method().getParameters()).allMatch(p -> p.isNamePresent()),
        "compile with -parameters");
    for (String text :
        List.of(seam.point().when(), seam.point().frequency(), seam.point().exact())) {
      assertTrue(!text.isBlank() && !text.contains("|"), text);
    }
  }

  @Test
  void unknownIdIsNotFound() {
    assertTrue(HookPoints.find("tlb.flush").isEmpty());
    assertEquals("tlb.drop", HookPoints.find("tlb.drop").orElseThrow().id());
  }
}
