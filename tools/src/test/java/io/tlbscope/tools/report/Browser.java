package io.tlbscope.tools.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Headless Chromium, driven through chromedriver by the WebDriver protocol. */
final class Browser implements AutoCloseable {
  static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-quic",
          "--window-size=1500,1100");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String base;
  private final String session;

  Browser(Path profile) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    driver =
        new ProcessBuilder(DRIVER.toString(), "--port=" + port, "--silent")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("chromedriver.log").toFile())
            .start();
    base = "http://127.0.0.1:" + port;
    List<String> flags = new java.util.ArrayList<>(FLAGS);
    flags.add("--user-data-dir=" + Files.createDirectory(profile.resolve("data")));
    Map<String, Object> capabilities = new LinkedHashMap<>();
    capabilities.put("browserName", "chrome");
    capabilities.put("goog:chromeOptions", Map.of("binary", CHROMIUM.toString(), "args", flags));
    capabilities.put("goog:loggingPrefs", Map.of("browser", "ALL", "performance", "ALL"));
    waitForDriver();
    session =
        "/session/"
            + post("/session", Map.of("capabilities", Map.of("alwaysMatch", capabilities)))
                .get("sessionId")
                .asText();
  }

  private void waitForDriver() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        if (send(HttpRequest.newBuilder(URI.create(base + "/status")).GET())
            .get("ready")
            .asBoolean()) {
          return;
        }
      } catch (IOException e) {
        if (System.nanoTime() > deadline || !driver.isAlive()) {
          throw e;
        }
      }
      Thread.onSpinWait();
    }
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    JsonNode value = JSON.readTree(response.body()).get("value");
    if (response.statusCode() != 200) {
      throw new IOException("the browser refuses: " + value.path("message").asText());
    }
    return value;
  }

  private JsonNode post(String path, Object body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  /** Opens the page and waits until its scripts say that they are ready. */
  void open(Path page) throws IOException, InterruptedException {
    post(session + "/url", Map.of("url", page.toUri().toString()));
    wait("document.body.dataset.ready === 'true'");
  }

  /** Runs the function's body; gives what it returns. */
  JsonNode run(String script) throws IOException, InterruptedException {
    return post(session + "/execute/sync", Map.of("script", script, "args", List.of()));
  }

  /** Waits, frame by frame in the page, until the expression holds. */
  void wait(String expression) throws IOException, InterruptedException {
    post(session + "/timeouts", Map.of("script", PATIENCE.toMillis()));
    post(
        session + "/execute/async",
        Map.of(
            "args",
            List.of(),
            "script",
            "const done = arguments[0]; const look = () => ("
                + expression
                + ") ? done(true) : requestAnimationFrame(look); look();"));
  }

  /** Presses keys, one after another, wherever the focus is. */
  void press(String... keys) throws IOException, InterruptedException {
    List<Map<String, Object>> actions = new java.util.ArrayList<>();
    for (String key : keys) {
      actions.add(Map.of("type", "keyDown", "value", key));
      actions.add(Map.of("type", "keyUp", "value", key));
    }
    post(
        session + "/actions",
        Map.of("actions", List.of(Map.of("type", "key", "id", "keyboard", "actions", actions))));
  }

  /** Clicks at a place in the window. */
  void click(int x, int y) throws IOException, InterruptedException {
    List<Map<String, Object>> actions =
        List.of(
            Map.of("type", "pointerMove", "x", x, "y", y, "duration", 0),
            Map.of("type", "pointerDown", "button", 0),
            Map.of("type", "pointerUp", "button", 0));
    post(
        session + "/actions",
        Map.of("actions", List.of(Map.of("type", "pointer", "id", "mouse", "actions", actions))));
  }

  /** Entries of a log ({@code browser} or {@code performance}) since the last call. */
  List<String> log(String type) throws IOException, InterruptedException {
    List<String> messages = new java.util.ArrayList<>();
    post(session + "/se/log", Map.of("type", type))
        .forEach(entry -> messages.add(entry.get("message").asText()));
    return messages;
  }

  void screenshot(Path file) throws IOException, InterruptedException {
    JsonNode image = send(HttpRequest.newBuilder(URI.create(base + session + "/screenshot")).GET());
    Files.write(file, Base64.getDecoder().decode(image.asText()));
  }

  @Override
  public void close() throws IOException {
    try {
      send(HttpRequest.newBuilder(URI.create(base + session)).DELETE());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      driver.destroy();
      driver.onExit().join();
      http.close();
    }
  }
}
