package io.tlbscope.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonsTest {
  private final BenchResult result = Results.small();

  @Test
  void aRatioSaysHowManyTimesTheTimeAPeerTakes() {
    BenchResult.Row copy = result.measure("copy").orElseThrow();
    assertEquals(Optional.of(4.0), Comparisons.ratio(copy, "qemu", "tlbscope"));
    assertEquals(Optional.of(2.1), Comparisons.ratio(copy, "tlbscope", "native"));
    BenchResult.Row rate = result.measure("rate").orElseThrow();
    assertEquals(
        Optional.of(4.0),
        Comparisons.ratio(rate, "qemu", "tlbscope"),
        "four times as many a second take a quarter of the time");
    BenchResult.Row x87 = result.measure("x87").orElseThrow();
    assertEquals(Optional.empty(), Comparisons.ratio(x87, "qemu", "tlbscope"));
  }

  @Test
  void meansAreOverWhatBothCanDo() {
    BenchResult.Mean bare = result.means().get(0);
    assertEquals("tlbscope", bare.slower());
    assertEquals("native", bare.faster());
    assertEquals(Math.sqrt(2.1 * 3.5), bare.value(), 1e-12);
    BenchResult.Mean qemu = result.means().get(1);
    assertEquals(2, qemu.count());
    assertEquals("qemu", qemu.slower());
    assertEquals(Math.sqrt(4 * 20), qemu.value(), 1e-12);
    assertEquals(new BenchResult.Ratio("copy", 4), qemu.least());
    assertEquals(new BenchResult.Ratio("copy_pow2", 20), qemu.most());
  }

  @Test
  void patternsCompareAKernelWithItself() {
    assertEquals(
        List.of(
            new BenchResult.Pattern("copy", Map.of("tlbscope", 2.0, "native", 1.2, "qemu", 10.0))),
        result.patterns());
  }

  @Test
  void checksumsOfAsManyOperationsMustAgree() {
    assertEquals(List.of(), result.disagreements());
    Figures other = Figures.of(List.of(new Reading(1, 1, 10, "ff", List.of())));
    List<String> found =
        Comparisons.disagreements(
            List.of(Results.kernel("copy", Results.figures(1), other, Results.figures(1))));
    assertEquals(1, found.size());
    assertTrue(found.getFirst().startsWith("copy: ") && found.getFirst().contains("ff=[native]"));
    Figures longer = Figures.of(List.of(new Reading(1, 1, 20, "ff", List.of())));
    assertEquals(
        List.of(),
        Comparisons.disagreements(
            List.of(Results.kernel("copy", Results.figures(1), longer, Results.figures(1)))));
  }

  @Test
  void figuresHaveMedianAndSpread() {
    Figures figures = Results.figures(3, 1, 2);
    assertEquals(2, figures.median());
    assertEquals(1, figures.min());
    assertEquals(3, figures.max());
    assertEquals(4, figures.first());
    assertEquals(List.of(3.0, 1.0, 2.0), figures.runs());
  }
}
