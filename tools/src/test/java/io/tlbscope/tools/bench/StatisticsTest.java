package io.tlbscope.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  private static final long MILLION = 1_000_000;

  @Test
  void theMedianIsTheMiddleOne() {
    assertEquals(3, Statistics.median(List.of(9.0, 1.0, 3.0)));
    assertEquals(2, Statistics.median(List.of(3.0, 1.0)));
    assertEquals(7, Statistics.median(List.of(7.0)));
    assertThrows(IllegalArgumentException.class, () -> Statistics.median(List.of()));
  }

  @Test
  void theGeometricMeanTreatsTwiceAndHalfAlike() {
    assertEquals(1, Statistics.geometricMean(List.of(2.0, 0.5)), 1e-12);
    assertEquals(4, Statistics.geometricMean(List.of(2.0, 8.0)), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> Statistics.geometricMean(List.of()));
    assertThrows(IllegalArgumentException.class, () -> Statistics.geometricMean(List.of(1.0, 0.0)));
    assertThrows(
        IllegalArgumentException.class, () -> Statistics.geometricMean(List.of(Double.NaN)));
  }

  @Test
  void samplesOfTheWarmUpDoNotCount() {
    List<Sample> samples = new ArrayList<>();
    for (long n = 0; n < 5; n++) {
      samples.add(new Sample(n * 10 * MILLION, 9 * MILLION, 1, ""));
    }
    Window window = new Window(20, 18, 2);
    assertEquals(samples.subList(2, 5), window.counted(samples));
    assertFalse(window.isFull(samples.subList(0, 3)), "one counted sample is too few");
    assertTrue(window.isFull(samples.subList(0, 4)));
    assertFalse(new Window(20, 19, 2).isFull(samples.subList(0, 4)), "too short");
    assertFalse(window.isFull(List.of()));
  }

  @Test
  void warmUpIsOverWithTheFirstSampleAtHalfOfTheFinalSpeed() {
    List<Sample> samples = new ArrayList<>();
    long at = 0;
    for (long millis : new long[] {100, 50, 20, 10, 10, 10, 10, 10, 10, 10}) {
      samples.add(new Sample(at, millis * MILLION, 1, ""));
      at += millis * MILLION;
    }
    Reading reading = WarmupMeasure.reading(samples);
    assertEquals(0.170, reading.value(), 1e-9);
    assertEquals(10, reading.curve().size());
    assertEquals(0.1, reading.curve().getFirst().share(), 1e-9);
    assertEquals(1, reading.curve().getLast().share(), 1e-9);
  }

  @Test
  void linuxSaysThePeakOfTheMemory() {
    assertEquals(1234, Memory.parse("Name:\tx\nVmHWM:\t    1234 kB\nVmRSS:\t 9 kB\n"));
    assertEquals(0, Memory.parse("Name:\tx\n"));
  }

  @Test
  void quantitiesHaveThreeDigitsAndAFittingUnit() {
    assertEquals("1.23 ms", Quantity.text(1_230_000, "ns/op"));
    assertEquals("45.6 ns", Quantity.text(45.6, "ns/op"));
    assertEquals("123 µs", Quantity.text(123_456, "ns/op"));
    assertEquals("2.00 s", Quantity.text(2e9, "ns/op"));
    assertEquals("10.0 k/s", Quantity.text(10_000, "ops/s"));
    assertEquals("500 ms", Quantity.text(0.5, "s"));
    assertEquals("110 MiB", Quantity.text(110.2, "MiB"));
    assertEquals("0.25×", Quantity.times(0.25));
  }
}
