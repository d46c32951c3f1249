package io.tlbscope.tools.enginecheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.tools.machine.CoreMachines;
import io.tlbscope.tools.randomprogram.RandomProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineComparisonTest {
  private static final TraceEvent EVENT =
      new TraceEvent(TraceKind.CONSOLE, 1, 0, 1, 1, 0, 0, 0, 0, 0);

  @TempDir Path folder;

  private static EngineRun run(
      String engine, int exit, long instructions, int ram, TraceEvent... events) {
    RunResult result =
        new RunResult(
            Outcome.EXITED,
            exit,
            instructions,
            List.of(instructions),
            9,
            List.of(),
            Map.of(),
            "why",
            "");
    return new EngineRun(engine, result, new byte[] {1, (byte) ram}, List.of(events));
  }

  private static String difference(EngineRun one, EngineRun other) {
    return EngineComparison.difference(one, other).orElse("none");
  }

  @Test
  void theFirstThingThatDiffersIsNamedWithBothEngines() {
    EngineRun one = run("a", RandomProgram.EXIT_STATUS, 5, 2, EVENT);
    assertEquals("none", difference(one, run("b", RandomProgram.EXIT_STATUS, 5, 2, EVENT)));
    assertEquals("guest exit: a has 33, b has 1", difference(one, run("b", 1, 6, 3)));
    assertEquals(
        "retired instructions: a has [5], b has [6]",
        difference(one, run("b", RandomProgram.EXIT_STATUS, 6, 3)));
    assertEquals(
        "RAM at pa 0x1: a has 0x02, b has 0x03",
        difference(one, run("b", RandomProgram.EXIT_STATUS, 5, 3)));
    assertEquals(
        "number of events: a has 1, b has 0",
        difference(one, run("b", RandomProgram.EXIT_STATUS, 5, 2)));
  }

  @Test
  void programsOnWhichBothFailAreToldToo() {
    assertTrue(difference(run("a", 35, 5, 2), run("b", 35, 5, 2)).contains("does not end well"));
  }

  @Test
  void theInterpreterAgreesWithItself() throws Exception {
    EngineComparison comparison =
        new EngineComparison(
            new EngineRunner(CoreMachines::build, List.of()), "interpret", "interpret");
    for (int seed = 1000; seed < 1020; seed++) {
      RandomProgram program = RandomProgram.of(seed);
      Path file = Files.write(folder.resolve("program"), program.image());
      assertEquals(Optional.empty(), comparison.check(program, file).difference(), "seed " + seed);
    }
  }
}
