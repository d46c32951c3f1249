package io.tlbscope.core.translate;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingStream;

/**
 * What HotSpot makes of regions, from the JDK's flight recorder: its events {@code jdk.Compilation}
 * and {@code jdk.CompilationFailure}. Of all machines of the JVM.
 */
public final class Compilations implements AutoCloseable {
  private static final String REGIONS = RegionCode.class.getName() + "$";

  /** HotSpot's highest tier: C2. */
  private static final int C2 = 4;

  private final RecordingStream stream = new RecordingStream();
  private final Map<Integer, String> failures = new HashMap<>();
  private final Map<Integer, Integer> failedLevels = new HashMap<>();
  private int c1;
  private int c2;
  private int onStack;
  private long nativeBytes;

  /** Listens from now on. */
  public Compilations() {
    stream.enable("jdk.Compilation").withThreshold(Duration.ZERO);
    stream.enable("jdk.CompilationFailure");
    stream.onEvent("jdk.Compilation", this::compiled);
    stream.onEvent("jdk.CompilationFailure", this::failed);
    stream.startAsync();
  }

  private synchronized void compiled(RecordedEvent event) {
    RecordedMethod method = event.getValue("method");
    if (method == null || !method.getType().getName().startsWith(REGIONS)) {
      return;
    }
    int level = event.getShort("compileLevel");
    // The event spells it so.
    if (!event.getBoolean("succeded")) {
      failedLevels.put(event.getInt("compileId"), level);
      return;
    }
    if (level == C2) {
      c2++;
    } else {
      c1++;
    }
    onStack += event.getBoolean("isOsr") ? 1 : 0;
    nativeBytes += event.getLong("codeSize");
  }

  private synchronized void failed(RecordedEvent event) {
    failures.put(event.getInt("compileId"), event.getString("failureMessage"));
  }

  /** Ends listening, and adds what was heard. */
  public void report(Map<String, Object> report) {
    stream.stop();
    synchronized (this) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("c1", c1);
      figures.put("c2", c2);
      figures.put("osr", onStack);
      figures.put("native_bytes", nativeBytes);
      figures.put("failed", failedLevels.size());
      report.put("compilations", figures);
      Map<String, Object> bailouts = new TreeMap<>();
      failedLevels.forEach(
          (id, level) ->
              bailouts.merge(
                  (level == C2 ? "c2: " : "c1: ") + failures.getOrDefault(id, "no reason given"),
                  1,
                  (a, b) -> (Integer) a + (Integer) b));
      if (!bailouts.isEmpty()) {
        report.put("compilation_bailouts", bailouts);
      }
    }
  }

  @Override
  public void close() {
    stream.close();
  }
}
