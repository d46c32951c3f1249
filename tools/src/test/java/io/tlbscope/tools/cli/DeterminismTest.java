package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tlbscope.core.run.MachineBuilder;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.tracefile.TraceFileReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo on 4 CPUs: what it must reach, that it replays, and that every TLB entry is accounted
 * for.
 */
class DeterminismTest {
  @TempDir Path folder;

  private byte[] trace(int seed, String name) throws Exception {
    return trace(seed, name, "translate");
  }

  private byte[] trace(int seed, String name, String engine) throws Exception {
    Path trace = folder.resolve(name);
    Cli.Result result =
        Cli.real(
            "demo",
            "--seed",
            Integer.toString(seed),
            "--engine",
            engine,
            "--trace",
            trace.toString(),
            "--report",
            folder.resolve("report.html").toString(),
            "--json",
            folder.resolve(name + ".json").toString());
    assertEquals(0, result.exit(), result.out() + result.err());
    return Files.readAllBytes(trace);
  }

  private static void read(Path trace, TraceSink sink) throws IOException {
    try (TraceFileReader reader = new TraceFileReader(trace)) {
      reader.readAll(sink);
    }
  }

  private JsonNode summary(String name) throws Exception {
    return new ObjectMapper().readTree(folder.resolve(name + ".json").toFile());
  }

  @Test
  void theDemoRunsAThousandShootdownsFromAllCpusAndLosesNone() throws Exception {
    trace(1, "demo");
    JsonNode json = summary("demo");
    JsonNode shootdowns = json.get("shootdowns");
    assertTrue(shootdowns.get("initiated").asInt() >= 1000, shootdowns.toString());
    assertEquals(shootdowns.get("initiated"), shootdowns.get("completed"));
    assertEquals(0, shootdowns.get("lost").asInt());
    assertEquals(0, json.get("violations").size());
    Set<Integer> initiators = new HashSet<>();
    read(
        folder.resolve("demo"),
        event -> {
          if (event.kind() == TraceKind.SHOOTDOWN_BEGIN) {
            initiators.add(event.cpu());
          }
        });
    assertEquals(Set.of(0, 1, 2, 3), initiators);
  }

  @Test
  void theSameSeedGivesTheSameTraceByteForByte() throws Exception {
    assertTrue(Arrays.equals(trace(7, "first"), trace(7, "second")), "two runs of seed 7 differ");
  }

  /** The file's header says which engine it was; every event after it must be the same. */
  @Test
  void allEnginesGiveTheSameEvents() throws Exception {
    Map<String, List<TraceEvent>> events = new HashMap<>();
    for (String engine : MachineBuilder.ENGINES) {
      List<TraceEvent> all = new ArrayList<>();
      trace(7, engine, engine);
      read(folder.resolve(engine), all::add);
      events.put(engine, all);
    }
    assertTrue(events.get("interpret").size() > 10_000, "the demo has events");
    assertEquals(events.get("interpret"), events.get("translate"));
    assertEquals(events.get("interpret"), events.get("check"));
  }

  @Test
  void tenSeedsGiveTenInterleavings() throws Exception {
    Set<Integer> traces = new HashSet<>();
    for (int seed = 1; seed <= 10; seed++) {
      trace(seed, "seed" + seed);
      traces.add(interleaving("seed" + seed));
    }
    assertEquals(10, traces.size());
  }

  /** Hash of who did what in which order, the seed in the header left out. */
  private int interleaving(String name) throws Exception {
    int[] hash = {1};
    read(
        folder.resolve(name),
        event -> {
          if (event.kind() != TraceKind.RUN_START) {
            hash[0] = 31 * hash[0] + event.hashCode();
          }
        });
    return hash[0];
  }

  @Test
  void everyTlbEntryThatGoesHasComeAndGoesOnce() throws Exception {
    trace(3, "entries");
    Map<String, TraceEvent> present = new HashMap<>();
    long[] counts = new long[3];
    read(
        folder.resolve("entries"),
        event -> {
          String entry = event.cpu() + "#" + event.id();
          switch (event.kind()) {
            case TLB_FILL -> {
              counts[0]++;
              assertNull(present.put(entry, event), entry + " is filled twice");
            }
            case TLB_EVICT, TLB_DROP -> {
              counts[event.kind() == TraceKind.TLB_EVICT ? 1 : 2]++;
              TraceEvent fill = present.remove(entry);
              assertTrue(fill != null, entry + " goes but is not there");
              assertEquals(fill.a(), event.a(), "va of " + entry);
              assertEquals(fill.b(), event.b(), "pa of " + entry);
            }
            default -> {}
          }
        });
    JsonNode tlb = summary("entries").get("tlb");
    assertEquals(counts[0], tlb.get("filled").asLong());
    assertEquals(counts[1], tlb.get("evicted").asLong());
    assertEquals(counts[2], tlb.get("dropped").asLong());
    assertTrue(counts[2] > 1000, "dropped " + counts[2]);
  }

  @Test
  void twoHundredFiftyFiveCpusComeOnlineInTheDemo() {
    Cli.Result result =
        Cli.real("demo", "--cpus", "255", "--report", folder.resolve("report.html").toString());
    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains("ok 1 - all 255 CPUs are online"), result.out());
  }
}
