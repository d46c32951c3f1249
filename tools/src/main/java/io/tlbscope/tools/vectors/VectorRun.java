package io.tlbscope.tools.vectors;

import io.tlbscope.core.isa.Disassembler;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs vectors in batches: the host's processor and the core at the same time, then compared. */
public final class VectorRun {
  private final long seed;
  private final List<Form> chosen;
  private final List<Form> undefined;

  /** Mismatches that are described; the others are counted. */
  private final int described;

  /**
   * What one vector came to that did not agree.
   *
   * @param index its number in the run's seed
   * @param instruction bytes and disassembly
   * @param differences a line each
   */
  public record Mismatch(long index, String name, String instruction, List<String> differences) {}

  /**
   * What a run found.
   *
   * @param vectors vectors that were run
   * @param forms vectors of each mnemonic, undefined encodings under the empty name
   * @param wrong mismatches of each mnemonic
   * @param mismatches the first of them, described
   */
  public record Result(
      long vectors, Map<String, Long> forms, Map<String, Long> wrong, List<Mismatch> mismatches) {
    public long mismatched() {
      return wrong.values().stream().mapToLong(n -> n).sum();
    }

    /** This and another job's result. */
    public Result plus(Result other) {
      List<Mismatch> all = new ArrayList<>(mismatches);
      all.addAll(other.mismatches);
      return new Result(
          vectors + other.vectors, sum(forms, other.forms), sum(wrong, other.wrong), all);
    }

    private static Map<String, Long> sum(Map<String, Long> a, Map<String, Long> b) {
      Map<String, Long> both = new TreeMap<>(a);
      b.forEach((name, n) -> both.merge(name, n, Long::sum));
      return both;
    }
  }

  /**
   * @param seed which vectors
   * @param only mnemonics, with * for any letters; empty for all
   * @param described mismatches to describe at most
   */
  public VectorRun(long seed, List<String> only, int described) {
    this.seed = seed;
    this.described = described;
    List<Form> all = Forms.all();
    chosen =
        all.stream()
            .filter(form -> form.implemented() && Exclusions.reason(form) == null)
            .filter(form -> only.isEmpty() || only.stream().anyMatch(o -> matches(o, form)))
            .toList();
    undefined = only.isEmpty() ? all.stream().filter(form -> !form.defined()).toList() : List.of();
  }

  private static boolean matches(String pattern, Form form) {
    return form.name().matches("(?i)" + pattern.replace("*", ".*"));
  }

  /** Forms that vectors are made of. */
  public int forms() {
    return chosen.size();
  }

  /**
   * Runs vectors {@code first} to {@code end} - 1, whole batches of {@link Batch#RECORDS}.
   *
   * @param folder for the native program and its file
   * @param done told of vectors as they are done
   */
  public Result run(long first, long end, Path folder, java.util.function.LongConsumer done)
      throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("batch");
    Tally tally = new Tally();
    try (Arena arena = Arena.ofShared();
        EmulatedHost core = new EmulatedHost()) {
      Batch batch = new Batch(file, arena);
      try (NativeHost host = new NativeHost(folder, file)) {
        long at = first;
        while (at < end) {
          long next = Math.min(end, (at / Batch.RECORDS + 1) * Batch.RECORDS);
          batch(batch, core, host, at, (int) (next - at), tally);
          done.accept(next - at);
          at = next;
        }
      }
    }
    return tally.result();
  }

  private void batch(
      Batch batch, EmulatedHost core, NativeHost host, long first, int count, Tally tally)
      throws IOException {
    long[] pages = new long[Place.WRITABLE / 8];
    VectorMaker.memory(new Dice(seed, -1 - first / Batch.RECORDS), pages);
    batch.memory(pages);
    VectorMaker maker = new VectorMaker(chosen, undefined, pages);
    Vector v = new Vector();
    for (int n = 0; n < count; n++) {
      maker.make(new Dice(seed, first + n), v);
      batch.put(n, v);
    }
    host.start(count);
    Outcome[] outcomes = tally.outcomes;
    core.memory(pages);
    for (int n = 0; n < count; n++) {
      maker.make(new Dice(seed, first + n), v);
      core.run(v);
      outcomes[n].take(core);
    }
    host.await();
    Comparison comparison = new Comparison(batch);
    for (int n = 0; n < count; n++) {
      maker.make(new Dice(seed, first + n), v);
      boolean agrees = comparison.agrees(v, n, outcomes[n]);
      tally.count(v.form.name(), agrees);
      if (!agrees && tally.mismatches.size() < described) {
        core.run(v);
        tally.mismatches.add(
            describe(first + n, v, comparison.differences(v, n, core, outcomes[n])));
      }
    }
  }

  private static Mismatch describe(long index, Vector v, List<String> differences) {
    String bytes = HexFormat.ofDelimiter(" ").formatHex(v.code, 0, v.length);
    String text = bytes + "  " + Disassembler.text(v.decode(), v.rip());
    return new Mismatch(index, v.form.name(), text, differences);
  }

  /** Counts of one job. */
  private static final class Tally {
    final Outcome[] outcomes = new Outcome[Batch.RECORDS];
    final Map<String, Long> forms = new TreeMap<>();
    final Map<String, Long> wrong = new TreeMap<>();
    final List<Mismatch> mismatches = new ArrayList<>();
    private long vectors;

    Tally() {
      for (int n = 0; n < outcomes.length; n++) {
        outcomes[n] = new Outcome();
      }
    }

    void count(String name, boolean agrees) {
      vectors++;
      forms.merge(name, 1L, Long::sum);
      if (!agrees) {
        wrong.merge(name, 1L, Long::sum);
      }
    }

    Result result() {
      return new Result(vectors, forms, wrong, mismatches);
    }
  }
}
