package io.tlbscope.tools.cli;

import io.tlbscope.tools.vectors.VectorRun;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code vectors} prints. */
final class VectorsText {
  private VectorsText() {}

  /** The first mismatches in full, then how many there are of each mnemonic. */
  static void mismatches(
      StringBuilder text, long seed, List<String> only, VectorRun.Result result) {
    for (VectorRun.Mismatch m : result.mismatches()) {
      text.append(m.instruction()).append('\n');
      m.differences().forEach(line -> text.append("    ").append(line).append('\n'));
      text.append(
          "    again: ./tlbscope vectors --count 1 --seed %d --index %d"
              .formatted(seed, m.index()));
      text.append(only.isEmpty() ? "\n" : " --only '" + String.join(",", only) + "'\n");
    }
    result
        .wrong()
        .forEach(
            (name, n) ->
                text.append(
                    "%s: %,d of %,d differ%n"
                        .formatted(
                            name.isEmpty() ? "(undefined)" : name, n, result.forms().get(name))));
  }

  /** One object; docs/json.md has the fields. */
  static String json(long seed, long index, VectorRun.Result result) {
    return "{\"seed\":%d,\"index\":%d,\"vectors\":%d,\"mismatches\":%d,\"byMnemonic\":{%s},\"mismatchesByMnemonic\":{%s}}"
        .formatted(
            seed,
            index,
            result.vectors(),
            result.mismatched(),
            counts(result.forms()),
            counts(result.wrong()));
  }

  private static String counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(e -> "\"" + e.getKey() + "\":" + e.getValue())
        .collect(Collectors.joining(","));
  }
}
