package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentedTablesTest {
  private static final Path DOCS = Path.of("..", "docs");

  /** With TLBSCOPE_UPDATE=1 in the environment it writes the table instead. */
  @Test
  void thePageOfExitCodesHasThemAsTheyAre() throws IOException {
    Path file = DOCS.resolve("exit-codes.md");
    String page = Files.readString(file);
    String start = "<!-- codes -->\n";
    int from = page.indexOf(start) + start.length();
    int to = page.indexOf("<!-- /codes -->");
    if (System.getenv("TLBSCOPE_UPDATE") != null) {
      Files.writeString(file, page.substring(0, from) + ExitCode.markdown() + page.substring(to));
      return;
    }
    assertEquals(
        ExitCode.markdown(), page.substring(from, to), "run the test with TLBSCOPE_UPDATE=1");
  }

  @Test
  void ownCodesAreEvenSoThatNoGuestsStatusIsTakenForThem() {
    for (ExitCode exit : ExitCode.values()) {
      assertEquals(0, exit.code() % 2, exit.name());
    }
  }

  @Test
  void everyFieldOfTheJsonSummaryIsDocumentedAndThePromisedOnesAreThere() throws IOException {
    Cli.Result result =
        Cli.run(
            new FakeMachines(), "run", "hello", "--cpus", "2", "--plugin", "pmap", "--json", "-");
    JsonNode json = new ObjectMapper().readTree(result.out());
    String page = Files.readString(DOCS.resolve("json.md"));
    json.fieldNames()
        .forEachRemaining(
            name -> assertTrue(page.contains("`" + name), () -> name + " is not documented"));
    json.get("per_cpu")
        .get(0)
        .fieldNames()
        .forEachRemaining(
            name -> assertTrue(page.contains("`" + name + "`"), () -> name + " is not documented"));
    for (String path :
        List.of(
            "/cpus",
            "/seed",
            "/engine",
            "/schedule",
            "/instructions",
            "/shootdowns/initiated",
            "/shootdowns/completed",
            "/shootdowns/lost",
            "/ipis/sent",
            "/ipis/merged",
            "/tlb/filled",
            "/tlb/evicted",
            "/tlb/dropped",
            "/tlb/over_invalidated",
            "/violations",
            "/guest_exit",
            "/shootdowns/latency/all/p99")) {
      assertTrue(!json.at(path).isMissingNode(), path);
    }
    assertEquals(3, json.at("/tlb/over_invalidated").asInt());
    assertEquals(
        json.at("/tlb/dropped").asInt(),
        json.get("per_cpu").get(0).get("tlb_dropped").asInt()
            + json.get("per_cpu").get(1).get("tlb_dropped").asInt());
  }
}
