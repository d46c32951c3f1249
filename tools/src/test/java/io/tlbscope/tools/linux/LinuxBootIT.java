package io.tlbscope.tools.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tlbscope.tools.packaged.PackagedJar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Debian's kernel, as it is, on four CPUs to user space, where threads storm its TLBs. */
class LinuxBootIT {
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final Path STORM = Path.of("../guest-tests/linux/storm.c").toAbsolutePath();

  @TempDir static Path folder;
  private static Path kernel;
  private static Path initramfs;

  @BeforeAll
  static void prepare() throws Exception {
    Optional<Path> found = kernel();
    boolean there = found.isPresent() && Files.isExecutable(BUSYBOX);
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(
          there,
          "Debian's kernel is missing: apt-get install linux-image-cloud-amd64 busybox-static");
    }
    assertTrue(there, "CI needs linux-image-cloud-amd64 and busybox-static");
    kernel = found.get();
    initramfs =
        new Initramfs()
            .folder("bin")
            .folder("dev")
            .folder("proc")
            .program("bin/busybox", BUSYBOX)
            .program("bin/storm", storm())
            .script(
                "init",
                "#!/bin/busybox sh",
                "/bin/busybox mount -t proc proc /proc",
                "/bin/busybox echo online $(/bin/busybox nproc)",
                "/bin/storm 4 20",
                "/bin/busybox grep TLB: /proc/interrupts",
                "/bin/busybox poweroff -f")
            .write(folder.resolve("initramfs"));
  }

  private static Optional<Path> kernel() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/boot"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("vmlinuz-.*-cloud-amd64"))
          .max(Path::compareTo);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Path storm() throws IOException, InterruptedException {
    Path program = folder.resolve("storm");
    Process gcc =
        new ProcessBuilder(
                "gcc", "-O2", "-static", "-pthread", "-o", program.toString(), STORM.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, gcc.waitFor(), said);
    return program;
  }

  @ParameterizedTest
  @ValueSource(strings = {"deterministic", "parallel"})
  void debiansKernelReachesUserSpaceOnFourCpusAndPowersOff(String schedule) throws Exception {
    String out = boot("--schedule", schedule);
    assertTrue(out.contains("online 4"), out);
    assertTrue(out.contains("storm: ok, 4 threads, 20 rounds each"), out);
    Matcher counts =
        Pattern.compile("TLB: +(\\d+) +(\\d+) +(\\d+) +(\\d+) +TLB shootdowns").matcher(out);
    assertTrue(counts.find(), out);
    for (int cpu = 1; cpu <= 4; cpu++) {
      assertTrue(Integer.parseInt(counts.group(cpu)) > 0, out);
    }
  }

  @Test
  void observerFollowsLinuxsShootdownsAndFindsThemAllRight() throws Exception {
    Path summary = folder.resolve("summary.json");
    boot("--plugin", "pmap,os=linux,check=stale,events=protocol", "--json", summary.toString());
    JsonNode json = new ObjectMapper().readTree(summary.toFile());
    JsonNode pmap = json.at("/pmap");
    String all = pmap + "\n" + json.at("/violations");
    assertEquals("Linux's call-function IPIs", pmap.at("/follows").asText(), all);
    long initiated = pmap.at("/initiated").asLong();
    assertTrue(initiated > 50, all);
    assertEquals(initiated, pmap.at("/completed").asLong() + pmap.at("/in_flight").asLong(), all);
    assertEquals(0, pmap.at("/lost").asLong(), all);
    assertTrue(pmap.at("/seen_flushing").asLong() > 40, all);
    assertTrue(pmap.at("/dropped").asLong() > 100, all);
    assertEquals(0, json.at("/violations").size(), all);
    assertTrue(json.at("/stale/entries_made_stale").asLong() > 1000, json.at("/stale").toString());
  }

  /** What it printed; it has powered itself off. */
  private static String boot(String... options) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of(
                "run",
                kernel.toString(),
                "--initrd",
                initramfs.toString(),
                "--memory",
                "512M",
                "--cpus",
                "4",
                "--plugin",
                "apic",
                "--append",
                "console=ttyS0 panic=1 quiet"));
    words.addAll(List.of(options));
    PackagedJar.Result result = PackagedJar.run(folder, words.toArray(String[]::new));
    String out = result.out() + result.err();
    assertEquals(0, result.exit(), out);
    assertTrue(out.contains("powered off"), out);
    return out;
  }
}
