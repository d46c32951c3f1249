package io.tlbscope.tools.explore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tlbscope.core.run.Preemption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * All that makes one run of an exploration again. docs/exploring.md describes the file.
 *
 * @param version of tlbscope that wrote it
 * @param guest as the user named it
 * @param sha256 of the guest's image
 * @param options of {@code run}, one word after the other, that describe the machine
 * @param marked exploration begins at the guest's marker, not at reset
 * @param maxInstructions since then, after which the guest counts as hung
 * @param strategy by which the schedule was found
 * @param seed number of the schedule as it was found
 * @param depth of that strategy
 * @param kind of the finding
 * @param text the finding in one line
 * @param instructions that the run retires since exploration began
 * @param ticks virtual time at its end
 * @param preemptions where it departs from the plain order
 */
public record ReplayFile(
    String version,
    String guest,
    String sha256,
    List<String> options,
    boolean marked,
    long maxInstructions,
    String strategy,
    long seed,
    int depth,
    String kind,
    String text,
    long instructions,
    long ticks,
    List<Preemption> preemptions) {
  private static final String FORMAT = "tlbscope-replay";
  private static final int FORMAT_VERSION = 1;

  /** No replay file is larger: a longer schedule is not kept. */
  private static final long MOST_BYTES = 64 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes the file, over one that is there. */
  public void write(Path file) throws IOException {
    ObjectNode json = json();
    json.put("checksum", checksum(json));
    Files.writeString(file, text(json));
  }

  private ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT);
    json.put("format_version", FORMAT_VERSION);
    json.put("tlbscope", version);
    json.put("guest", guest);
    json.put("guest_sha256", sha256);
    ArrayNode words = json.putArray("options");
    options.forEach(words::add);
    json.put("from", marked ? "marker" : "reset");
    json.put("max_instructions", maxInstructions);
    json.put("strategy", strategy);
    json.put("seed", seed);
    json.put("depth", depth);
    json.put("kind", kind);
    json.put("finding", text);
    json.put("instructions", instructions);
    json.put("ticks", ticks);
    ArrayNode places = json.putArray("preemptions");
    for (Preemption preemption : preemptions) {
      ObjectNode place = places.addObject();
      place.put("cpu", preemption.cpu());
      place.put("at", preemption.at());
      place.put("to", preemption.to());
    }
    return json;
  }

  /** One field a line, and one preemption a line. */
  private static String text(ObjectNode json) throws JsonProcessingException {
    StringBuilder text = new StringBuilder();
    json.properties()
        .forEach(
            field -> {
              text.append(text.isEmpty() ? "{\n" : ",\n");
              text.append("  \"").append(field.getKey()).append("\": ");
              boolean list = field.getKey().equals("preemptions") && !field.getValue().isEmpty();
              String value = field.getValue().toString();
              text.append(list ? value.replace("{", "\n    {").replace("}]", "}\n  ]") : value);
            });
    return text.append("\n}\n").toString();
  }

  /** Over all other fields in their order, spaces left out. */
  private static String checksum(ObjectNode json) {
    ObjectNode rest = json.deepCopy();
    rest.remove("checksum");
    try {
      byte[] bytes = rest.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a file.
   *
   * @param version of the tlbscope that shall replay it
   * @throws ReplayFileException if it is none, is damaged or is of another version
   */
  public static ReplayFile read(Path file, String version) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw notOne(file);
    }
    JsonNode json;
    try {
      json = JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      String start =
          new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
              .lines()
              .limit(2)
              .reduce("", String::concat);
      if (start.contains("\"format\": \"" + FORMAT + "\"")) {
        throw damaged(file);
      }
      throw notOne(file);
    }
    if (json == null || !json.path("format").asText().equals(FORMAT)) {
      throw notOne(file);
    }
    if (json.path("format_version").asInt() != FORMAT_VERSION) {
      throw new ReplayFileException(
          "the replay file %s has format version %s, and this tlbscope reads version %d; use the tlbscope that wrote it"
              .formatted(file, json.path("format_version").asText(), FORMAT_VERSION));
    }
    if (!json.path("checksum").asText().equals(checksum((ObjectNode) json))) {
      throw damaged(file);
    }
    ReplayFile replay = of(json);
    if (!replay.version.equals(version)) {
      throw new ReplayFileException(
          "the replay file %s was written by tlbscope %s, and another version may run the guest differently: this is %s"
              .formatted(file, replay.version, version));
    }
    return replay;
  }

  private static ReplayFile of(JsonNode json) {
    List<String> options = new ArrayList<>();
    json.path("options").forEach(word -> options.add(word.asText()));
    List<Preemption> preemptions = new ArrayList<>();
    json.path("preemptions")
        .forEach(
            place ->
                preemptions.add(
                    new Preemption(
                        place.path("cpu").asInt(),
                        place.path("at").asLong(),
                        place.path("to").asInt())));
    return new ReplayFile(
        json.path("tlbscope").asText(),
        json.path("guest").asText(),
        json.path("guest_sha256").asText(),
        options,
        json.path("from").asText().equals("marker"),
        json.path("max_instructions").asLong(),
        json.path("strategy").asText(),
        json.path("seed").asLong(),
        json.path("depth").asInt(),
        json.path("kind").asText(),
        json.path("finding").asText(),
        json.path("instructions").asLong(),
        json.path("ticks").asLong(),
        preemptions);
  }

  private static ReplayFileException notOne(Path file) {
    return new ReplayFileException(
        file + " is no replay file; give one that 'tlbscope explore' wrote");
  }

  private static ReplayFileException damaged(Path file) {
    return new ReplayFileException(
        "the replay file "
            + file
            + " is damaged: it ends too early or was changed; explore again, or fetch it again");
  }
}
