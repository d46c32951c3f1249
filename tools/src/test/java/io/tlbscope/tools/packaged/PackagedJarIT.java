package io.tlbscope.tools.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar end to end: {@code java -jar target/tlbscope.jar}. */
class PackagedJarIT {
  @TempDir Path folder;

  private PackagedJar.Result run(String... arguments) throws Exception {
    return PackagedJar.run(folder, arguments);
  }

  private void refused(int exit, String message, String... arguments) throws Exception {
    PackagedJar.Result result = run(arguments);
    assertEquals(exit, result.exit(), result.out() + result.err());
    assertTrue(result.isOneClearLine() && result.err().contains(message), result.err());
  }

  @Test
  void theDemoEndsWith0AndWritesItsReport() throws Exception {
    PackagedJar.Result result = run("demo", "--json", "summary.json");
    assertEquals(0, result.exit(), result.out() + result.err());
    assertEquals("", result.err());
    assertTrue(
        result.out().contains("PASS demo") && result.out().contains("violations   none"),
        result.out());
    assertTrue(Files.size(folder.resolve("tlbscope-report.html")) > 100_000);
    JsonNode json = new ObjectMapper().readTree(folder.resolve("summary.json").toFile());
    for (String field :
        new String[] {
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
          "/guest_exit"
        }) {
      assertFalse(json.at(field).isMissingNode(), field);
    }
    for (String counted :
        new String[] {
          "/shootdowns/completed",
          "/ipis/sent",
          "/ipis/merged",
          "/tlb/filled",
          "/tlb/dropped",
          "/tlb/over_invalidated"
        }) {
      assertTrue(json.at(counted).asLong() > 0, counted);
    }
  }

  @Test
  void theSameSeedGivesTheSameTraceInTwoProcesses() throws Exception {
    for (String name : new String[] {"a.tlbt", "b.tlbt"}) {
      assertEquals(0, run("demo", "--seed", "7", "--trace", name).exit());
    }
    assertEquals(-1, Files.mismatch(folder.resolve("a.tlbt"), folder.resolve("b.tlbt")));
  }

  @Test
  void aPluginFromOutsideIsWovenAndFires() throws Exception {
    Path jar = PluginJars.make(folder, "halts", "1", "vcpu.halt");
    PackagedJar.Result listed = run("plugins", "--plugin-path", jar.toString());
    assertTrue(
        listed.exit() == 0 && listed.out().contains("counts HLT"), listed.out() + listed.err());
    PackagedJar.Result result =
        run(
            "run",
            "nmi",
            "--cpus",
            "2",
            "--plugin-path",
            jar.toString(),
            "--plugin",
            "apic",
            "--plugin",
            "pmap",
            "--plugin",
            "halts",
            "--json",
            "summary.json");
    assertEquals(33, result.exit(), result.out() + result.err());
    JsonNode json = new ObjectMapper().readTree(folder.resolve("summary.json").toFile());
    assertTrue(json.path("halts").asLong() > 0, json.path("halts").toString());
    assertTrue(json.path("woven").toString().contains("vcpu.halt"), json.path("woven").toString());
  }

  @Test
  void pluginsThatDoNotFitAreRefusedInOneLine() throws Exception {
    String future = PluginJars.make(folder, "future", "99", "vcpu.halt").toString();
    refused(
        12, "made for plugin API 99", "run", "hello", "--plugin-path", future, "--plugin", "halts");
    String lost = PluginJars.make(folder, "lost", "1", "vcpu.daydream").toString();
    refused(12, "vcpu.daydream", "run", "hello", "--plugin-path", lost, "--plugin", "halts");
    Path text = Files.writeString(folder.resolve("text.jar"), "not a jar");
    refused(12, "is not a jar", "run", "hello", "--plugin-path", text.toString());
  }

  @Test
  void damagedGuestsAreRefusedInOneLine() throws Exception {
    byte[] whole =
        Files.readAllBytes(Path.of("..", "guest-tests", "target", "guests", "hello.elf"));
    for (int length : new int[] {0, 20, 100, 3000}) {
      Path cut = Files.write(folder.resolve("cut" + length), Arrays.copyOf(whole, length));
      refused(4, cut.getFileName().toString(), "run", cut.toString(), "--timeout", "20");
    }
    refused(4, "RAM ends at 0x100000", "run", "hello", "--memory", "1M");
  }

  @Test
  void aFullDiskIsToldAndCostsNoOtherOutput() throws Exception {
    File full = new File("/dev/full");
    Assumptions.assumeTrue(full.exists(), "this system has no /dev/full");
    for (String option : new String[] {"--trace", "--report", "--perfetto"}) {
      refused(
          16,
          option.equals("--trace") ? "the trace /dev/full" : option + " /dev/full",
          "run",
          "hello",
          option,
          "/dev/full",
          "--json",
          "summary.json");
      assertTrue(Files.deleteIfExists(folder.resolve("summary.json")), option);
    }
    refused(16, "--json /dev/full", "run", "hello", "--json", "/dev/full", "--report", "r.html");
    assertTrue(Files.size(folder.resolve("r.html")) > 10_000);
    for (String[] words : new String[][] {{"run", "hello"}, {"guests"}, {"disasm", "hello"}}) {
      PackagedJar.Result result = PackagedJar.run(folder, full, words);
      assertEquals(16, result.exit(), result.err());
      assertTrue(result.isOneClearLine() && result.err().contains("tandard output"), result.err());
    }
  }
}
