package io.tlbscope.tools.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One small kernel through the real command. */
class BenchIT {
  @TempDir Path folder;

  @Test
  void aKernelIsMeasuredHereAndNativelyAndEndsInEveryOutput() throws Exception {
    Path page = folder.resolve("page.md");
    Files.writeString(page, "<!-- bench -->\n<!-- /bench -->\n");
    PackagedJar.Result result =
        PackagedJar.run(
            folder,
            "bench",
            "--quick",
            "--only",
            "queens",
            "--peers",
            "native",
            "--json",
            "bench.json",
            "--chart",
            "bench.svg",
            "--readme",
            "page.md");
    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains("queens") && result.out().contains("tlbscope / native"));
    JsonNode json = new ObjectMapper().readTree(folder.resolve("bench.json").toFile());
    JsonNode peers = json.at("/measures/0/peers");
    for (String peer : new String[] {"tlbscope", "native"}) {
      assertTrue(peers.get(peer).get("median").asDouble() > 0, json.toString());
    }
    assertEquals(peers.get("tlbscope").get("sum"), peers.get("native").get("sum"));
    assertEquals("kernels", json.at("/means/0/group").asText());
    assertTrue(Files.readString(folder.resolve("bench.svg")).contains("<svg"));
    assertTrue(Files.readString(page).contains("| queens | eight queens |"));
    assertFalse(result.err().contains("Exception"), result.err());
  }
}
