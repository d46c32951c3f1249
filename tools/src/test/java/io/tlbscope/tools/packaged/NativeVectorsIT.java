package io.tlbscope.tools.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tlbscope.tools.vectors.VectorJobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random instructions in random states do in the emulator what the host's processor does.
 * Processors of AMD: some of what the manuals leave open is modelled after them.
 */
class NativeVectorsIT {
  @TempDir Path folder;

  @Test
  void hundredThousandVectorsOfAllFormsAgreeWithTheProcessor() throws Exception {
    assumeTrue(VectorJobs.absent().isEmpty(), () -> VectorJobs.absent().orElseThrow());
    assumeTrue(amd(), "the host's processor is not AMD's: " + VectorJobs.processor());
    PackagedJar.Result result =
        PackagedJar.run(folder, "vectors", "--count", "100000", "--seed", "20261125", "--json");
    assertEquals(0, result.exit(), result.out() + result.err());
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertEquals(100_000, json.at("/vectors").asInt(), result.out());
    assertEquals(0, json.at("/mismatches").asInt(), result.out());
    assertTrue(
        json.at("/byMnemonic").size() > 360, () -> json.at("/byMnemonic").size() + " mnemonics");
  }

  private static boolean amd() throws IOException {
    return Files.readString(Path.of("/proc/cpuinfo")).contains("AuthenticAMD");
  }
}
