package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real guests whose IPI_INVLOP the plugin serves: they pass, and the guest's handler never runs.
 */
class HostHandlerRunTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "demo, 4, apic=xapic",
    "demo, 4, apic=x2apic",
    "shootdown, 16, ops=mixed users=1",
    "shootdown, 4, pti=1 users=1",
    "shootdown-serial, 4, op=mix"
  })
  void theGuestPassesAndEveryRequestIsServedByTheHost(String guest, String cpus, String append)
      throws Exception {
    Path file = folder.resolve("summary.json");
    Cli.Result result =
        Cli.real(
            "run",
            guest,
            "--cpus",
            cpus,
            "--append",
            append,
            "--plugin",
            "apic",
            "--plugin",
            "pmap,handler=host",
            "--json",
            file.toString());
    assertEquals(33, result.exit(), result.out() + result.err());
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertEquals(0, json.get("violations").size(), json.get("violations").toPrettyString());
    assertEquals(0, json.get("shootdowns").get("lost").asInt());
    JsonNode pmap = json.get("pmap");
    assertTrue(pmap.get("served_by_host").asInt() > 100, pmap.toPrettyString());
    assertTrue(json.get("tlb").get("dropped").asInt() > 100, json.get("tlb").toString());
  }
}
