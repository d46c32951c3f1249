package io.tlbscope.core.interpret;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
    Map<String, List<String>> wrong = run(folder, "x87-forms.txt", EACH, 20_261_125);
    StringBuilder text = new StringBuilder();
    wrong.forEach((form, list) -> text.append(form).append(": ").append(list).append('\n'));
    assertEquals("", text.toString());
  }

  /** By form: what differed. */
  static Map<String, List<String>> run(Path folder, String resource, int each, long seed)
      throws Exception {
    X87Comparison emulator = new X87Comparison();
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
        List<String> differences =
            X87Comparison.differences(
                records.get(n), host.get(n), emulator.emulate(records.get(n)));
        if (!differences.isEmpty()) {
          wrong
              .computeIfAbsent(form.text(), name -> new ArrayList<>())
              .add(X87Comparison.text(records.get(n)) + " -> " + differences);
        }
      }
    }
    return wrong;
  }
}
