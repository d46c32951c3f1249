package io.tlbscope.tools.memoryorder;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.run.Machine;
import io.tlbscope.core.run.MachineBuilder;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.trace.TraceEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of the guest litmus: the outcomes that a sequentially consistent machine does not show,
 * and those that no x86 processor shows.
 *
 * @param events hash of all events in their order
 */
record LitmusRun(Set<String> relaxed, Set<String> forbidden, String last, int events) {
  private static final Path GUEST = Path.of("../guest-tests/target/guests/litmus.elf");
  private static final long MOST_INSTRUCTIONS = 50_000_000;
  private static final Pattern OUTCOME =
      Pattern.compile("# (\\S+ [0-9,]+): \\d+ (allowed, relaxed|FORBIDDEN)");

  /** Every second seed has slices of 10 instructions, every fourth pair of them an x2APIC. */
  static LitmusRun of(String order, long seed, String options) throws Exception {
    String mode = seed % 4 < 2 ? " apic=x2apic" : " apic=xapic";
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    int[] hash = {1};
    MachineBuilder builder =
        Machine.builder()
            .guest(GUEST)
            .cpus(4)
            .memory(32 << 20)
            .memoryOrder(order)
            .seed(seed)
            .plugin("apic")
            .console(console, null)
            .trace((TraceEvent event) -> hash[0] = 31 * hash[0] + event.hashCode())
            .boot(BootOptions.defaults().withCommandLine("iterations=32" + mode + options))
            .maxInstructions(MOST_INSTRUCTIONS);
    if (seed % 2 == 0) {
      builder.quantum(10);
    }
    try (Machine machine = builder.build()) {
      machine.run(Progress.NONE);
    }
    return of(console.toString(StandardCharsets.US_ASCII), hash[0]);
  }

  private static LitmusRun of(String console, int events) {
    Set<String> relaxed = new TreeSet<>();
    Set<String> forbidden = new TreeSet<>();
    Matcher outcome = OUTCOME.matcher(console);
    while (outcome.find()) {
      (outcome.group(2).equals("FORBIDDEN") ? forbidden : relaxed).add(outcome.group(1));
    }
    return new LitmusRun(
        relaxed, forbidden, new ArrayList<>(console.lines().toList()).getLast(), events);
  }
}
