package io.tlbscope.core.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Regions make room for others, and their classes go. */
class CodeCacheTest {
  /** Times that the test asks for a collection before it gives up. */
  private static final int COLLECTIONS = 100;

  /**
   * A loop whose body is changed each time before it runs: inc dword [rip+6]; mov ecx,1000; add
   * eax,imm32; dec ecx; jnz to the add; jmp to the first.
   */
  private static final String CHANGING =
      "ff 05 06 00 00 00 b9 e8 03 00 00 05 00 00 00 00 ff c9 75 f7 eb ea";

  /** mov ecx,1000; dec ecx; jnz to the dec. */
  private static final String LOOP = "b9 e8 03 00 00 ff c9 75 fc";

  private static final int LOOP_BYTES = 9;

  private final List<WeakReference<Class<?>>> classes = new ArrayList<>();

  private CheckedCpu cpu(String hex, long limit) {
    return new CheckedCpu(
            hex,
            code -> {
              classes.add(new WeakReference<>(code.getClass()));
              return code;
            },
            new Settings(false, limit, false, false))
        .translated();
  }

  private static long figure(CheckedCpu machine, String name) {
    Map<String, Object> report = machine.translator.report(machine.cpu.s.retired);
    return ((Number) report.get(name)).longValue();
  }

  /** Classes that are still there when the collector has had its chance. */
  private long left(long wanted) {
    long left = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS && left > wanted; i++) {
      System.gc();
      left = classes.stream().filter(each -> each.get() != null).count();
    }
    return left;
  }

  /** {@code count} loops one behind the other, again and again. */
  private static String loops(int count) {
    int back = -(count * LOOP_BYTES + 5);
    return LOOP.repeat(count) + "e9 " + "%08x".formatted(Integer.reverseBytes(back));
  }

  @Test
  void aGuestThatChangesItsCodeForEverTakesABoundedNumberOfClasses() {
    CheckedCpu machine = cpu(CHANGING, 1 << 20);
    machine.interpreter.run(3_000_000);
    long made = figure(machine, "regions");
    assertTrue(made > 500, "made " + made);
    assertTrue(figure(machine, "regions_held") <= 3, "held " + figure(machine, "regions_held"));
    assertEquals(made, classes.size());
    assertTrue(left(3) <= 3, "classes left " + left(3));
  }

  @Test
  void regionsOverTheLimitMakeRoom() {
    long limit = 20_000;
    CheckedCpu machine = cpu(loops(100), limit);
    machine.interpreter.run(1_000_000);
    assertTrue(figure(machine, "regions_evicted") > 100);
    assertTrue(figure(machine, "code_cache_bytes") <= limit);
    long held = figure(machine, "regions_held");
    assertTrue(held > 3 && held < 50, "held " + held);
    assertTrue(left(held) <= held, "classes left " + left(held));
    assertEquals(0, figure(machine, "regions_failed"));
  }

  @Test
  void whatIsEvictedComesBackWhenItIsHotAgain() {
    CheckedCpu machine = cpu(loops(100), 20_000);
    machine.interpreter.run(1_000_000);
    long before = figure(machine, "regions");
    machine.interpreter.run(1_000_000);
    assertTrue(figure(machine, "regions") > before);
    assertTrue(figure(machine, "instructions_in_regions") > 800_000);
  }

  @Test
  void regionsUnderTheLimitStay() {
    CheckedCpu machine = cpu(loops(10), 1 << 20);
    machine.interpreter.run(1_000_000);
    assertEquals(0, figure(machine, "regions_evicted"));
    assertFalse(classes.isEmpty());
  }

  @Test
  void accessesAreCountedWhereThatIsAskedFor() {
    // mov [rbx],eax; add eax,[rbx+8]; dec ecx; jmp to the first.
    CheckedCpu machine =
        new CheckedCpu(
                "89 03 03 43 08 ff c9 eb f7",
                code -> code,
                new Settings(false, 1 << 20, true, false))
            .translated();
    machine.interpreter.run(400_000);
    Map<String, Object> report = machine.translator.report(400_000);
    long inRegions = (long) report.get("instructions_in_regions");
    long accesses = (long) report.get("accesses_in_regions");
    assertTrue(Math.abs(2 * accesses - inRegions) < 10, accesses + " in " + inRegions);
    assertTrue((double) report.get("look_aside_hit_rate") > 0.999, report.toString());
  }
}
