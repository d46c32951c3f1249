package io.tlbscope.tools.explore;

import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.run.RunResult;
import java.util.Locale;
import java.util.Optional;

/**
 * How a fault of the guest shows.
 *
 * @param kind a violation's kind, or {@code deadlock}, {@code guest-died}, {@code hang}, {@code
 *     emulator-error}, {@code plugin-error}
 * @param place of a violation: the vCPU's code, so that one fault is counted once; else empty
 * @param text one line
 */
public record Symptom(String kind, String place, String text) {
  /**
   * What a run shows, if anything.
   *
   * @param instructions that it retired since exploration began
   */
  static Optional<Symptom> of(RunResult result, long instructions) {
    if (!result.violations().isEmpty()) {
      Violation first = result.violations().getFirst();
      String symbol = first.symbol().isEmpty() ? "" : " " + first.symbol();
      String place = "0x" + Long.toHexString(first.rip());
      return Optional.of(
          new Symptom(
              first.kind(),
              place,
              "%s on CPU %d at %s%s: %s"
                  .formatted(first.kind(), first.cpu(), place, symbol, first.message())));
    }
    return switch (result.outcome()) {
      case DEADLOCK, GUEST_DIED, EMULATOR_ERROR, PLUGIN_ERROR -> {
        String kind = result.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-');
        yield Optional.of(new Symptom(kind, "", kind + ": " + result.reason()));
      }
      case INSTRUCTION_LIMIT ->
          Optional.of(
              new Symptom(
                  "hang",
                  "",
                  String.format(
                      Locale.ROOT, "hang: no progress within %,d instructions", instructions)));
      default -> Optional.empty();
    };
  }

  /** Of the same kind at the same place. */
  boolean at(Symptom other) {
    return kind.equals(other.kind) && place.equals(other.place);
  }

  /** The same fault, as far as can be told: a violation of this kind, or this ending. */
  boolean same(Symptom other) {
    return kind.equals(other.kind);
  }
}
