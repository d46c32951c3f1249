package io.tlbscope.core.interpret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** x87 and MMX instructions do what the host's processor does, to the last bit of state. */
class X87OracleTest {
  private static final int EACH = Integer.getInteger("tlbscope.x87", 100);

  @TempDir Path folder;

  @Test
  void everyFormDoesWhatTheHostDoes() throws Exception {
    assumeTrue(NativeOracle.available(), "needs gcc on x86-64");
    Map<String, List<String>> wrong = run(folder, "x87-forms.txt", EACH, 20_261_125, false);
    StringBuilder text = new StringBuilder();
    wrong.forEach((form, list) -> text.append(form).append(": ").append(list).append('\n'));
    assertEquals("", text.toString());
  }

  @Test
  void theFunctionsAreTheHostsButForTheLastPlace() throws Exception {
    assumeTrue(NativeOracle.available() && X87Comparison.exact(), "needs gcc on AMD's processors");
    Map<String, List<String>> far = run(folder, "x87-functions.txt", EACH, 20_261_125, true);
    assertEquals("{}", far.toString());
    Map<String, List<String>> near = run(folder, "x87-functions.txt", EACH, 20_261_125, false);
    int differing = near.values().stream().mapToInt(List::size).sum();
    assertTrue(differing <= 8 * EACH / 20, near.toString());
  }

  /**
   * By form: what differed.
   *
   * @param nearly the last place does not count
   */
  static Map<String, List<String>> run(
      Path folder, String resource, int each, long seed, boolean nearly) throws Exception {
    X87Comparison emulator = new X87Comparison();
    boolean exact = X87Comparison.exact();
    Map<String, List<String>> wrong = new TreeMap<>();
    Random random = new Random(seed);
    X87Forms forms = new X87Forms(random);
    for (X87Forms.Form form : X87Forms.read(resource)) {
      List<X87Oracle.Record> records = new ArrayList<>();
      for (int n = 0; n < each; n++) {
        records.add(forms.record(form));
      }
      List<X87Oracle.Record> host = X87Oracle.run(folder, records);
      for (int n = 0; n < each; n++) {
        X87Oracle.Record in = records.get(n);
        X87Oracle.Record ours = emulator.emulate(in);
        List<String> differences = X87Comparison.differences(host.get(n), ours, exact);
        boolean same =
            differences.isEmpty()
                || !X87Comparison.comparable(in, exact)
                || nearly && X87Comparison.nearly(host.get(n), ours);
        if (!same) {
          wrong
              .computeIfAbsent(form.text(), name -> new ArrayList<>())
              .add(X87Comparison.text(in) + " -> " + differences);
        }
      }
    }
    return wrong;
  }
}
