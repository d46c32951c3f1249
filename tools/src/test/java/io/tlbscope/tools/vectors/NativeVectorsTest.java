package io.tlbscope.tools.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random instructions in random states do here what the host's processor does. Processors of AMD:
 * some of what the manuals leave open is modelled after them.
 */
class NativeVectorsTest {
  private static final long SEED = 20_261_125;

  private static final int VECTORS = 100_000;

  @Test
  void hundredThousandVectorsOfAllFormsAgreeWithTheProcessor() throws IOException {
    assumeTrue(VectorJobs.absent().isEmpty(), () -> VectorJobs.absent().orElseThrow());
    assumeTrue(amd(), "the host's processor is not AMD's: " + VectorJobs.processor());
    VectorRun run = new VectorRun(SEED, List.of(), 5);
    VectorRun.Result result = VectorJobs.run(run, 0, VECTORS, 1, done -> {});
    assertEquals(List.of(), result.mismatches());
    assertEquals(VECTORS, result.vectors());
    assertTrue(result.forms().size() > 360, () -> result.forms().size() + " mnemonics");
  }

  private static boolean amd() throws IOException {
    return Files.readString(Path.of("/proc/cpuinfo")).contains("AuthenticAMD");
  }
}
