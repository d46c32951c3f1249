package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.guests.Guests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same guest files on Debian's QEMU, a second oracle: what it reports as ok, we report as ok. A
 * part of what {@code guest-tests/compare-qemu} runs. Without QEMU it is skipped, but not where
 * CI=true.
 */
class QemuComparisonTest {
  private static final String QEMU = "/usr/bin/qemu-system-x86_64";
  private static final int PASS = 33;
  private static final int SECONDS = 60;

  @TempDir Path folder;

  @BeforeEach
  void qemuIsThere() {
    boolean there = Files.isExecutable(Path.of(QEMU));
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(there, "QEMU is missing; on Debian: apt-get install qemu-system-x86");
    }
    assertTrue(there, "CI needs qemu-system-x86");
  }

  @ParameterizedTest
  @CsvSource({
    "hello, 1",
    "online, 4",
    "fault, 1",
    "debug, 1",
    "syscall, 1",
    "sse2, 1",
    "strings, 1",
    "smc, 2",
    "ping, 2",
    "timer, 1",
    "nmi, 2",
    "invl, 1",
    "single, 2",
    "shootdown, 2",
    "demo, 2"
  })
  void whatQemuFindsOkIsOkHere(String guest, String cpus) throws Exception {
    Path image = Guests.extract(guest, folder).orElseThrow();
    List<String> theirs = qemu(image, cpus);
    Cli.Result ours =
        Cli.real(
            "run",
            image.toString(),
            "--cpus",
            cpus,
            "--memory",
            "64M",
            "--plugin",
            "apic",
            "--append",
            "apic=xapic",
            "--max-instructions",
            "500000000");
    assertEquals(PASS, ours.exit(), ours.out() + ours.err());
    List<String> here = verdicts(ours.out());
    assertFalse(theirs.isEmpty(), guest + " reports something on QEMU");
    assertEquals(theirs.getLast(), here.getLast());
    List<String> missing = new ArrayList<>(theirs);
    missing.removeAll(here);
    missing.removeIf(line -> line.contains("# SKIP"));
    assertEquals(List.of(), missing, "ok on QEMU and not here; here:\n" + ours.out());
  }

  private List<String> qemu(Path image, String cpus) throws Exception {
    Path out = folder.resolve("qemu.txt");
    Process process =
        new ProcessBuilder(
                QEMU,
                "-accel",
                "tcg",
                "-cpu",
                "max",
                "-m",
                "64M",
                "-smp",
                cpus,
                "-kernel",
                image.toString(),
                "-append",
                "apic=xapic",
                "-display",
                "none",
                "-serial",
                "stdio",
                "-monitor",
                "none",
                "-no-reboot",
                "-net",
                "none",
                "-device",
                "isa-debug-exit,iobase=0xf4,iosize=0x04")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly().waitFor();
    String text = Files.readString(out);
    assertTrue(ended, "QEMU did not end in " + SECONDS + " s:\n" + text);
    assertEquals(PASS, process.exitValue(), text);
    return verdicts(text);
  }

  /**
   * Lines that say what was found, numbers left out: a case that one side skips moves those behind
   * it.
   */
  private static List<String> verdicts(String text) {
    return text.lines()
        .map(String::strip)
        .filter(
            line ->
                line.startsWith("ok ") || line.startsWith("not ok ") || line.startsWith("PASS "))
        .map(line -> line.replaceFirst("^ok [0-9]+ - ", "ok - "))
        .toList();
  }
}
