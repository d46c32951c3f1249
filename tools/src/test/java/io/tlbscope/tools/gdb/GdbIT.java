package io.tlbscope.tools.gdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.tools.packaged.PackagedJar;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Debian's gdb on a machine of the packaged command: what is typed, and what gdb shows. */
@Timeout(300)
class GdbIT {
  private static final Path GUESTS = Path.of("../guest-tests/target/guests").toAbsolutePath();
  private static final Pattern WAITING = Pattern.compile("target remote localhost:(\\d+)");

  @TempDir static Path folder;

  /** What gdb printed, the machine's exit code, and what the machine printed. */
  private record Transcript(String gdb, int exit, String machine) {
    /** The line patterns, in this order, other lines between them. */
    void shows(String... patterns) {
      int from = 0;
      for (String pattern : patterns) {
        Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(gdb);
        assertTrue(matcher.find(from), pattern + " is not in\n" + gdb.substring(from));
        from = matcher.end();
      }
    }
  }

  @BeforeAll
  static void gdbIsThere() throws InterruptedException {
    boolean there;
    try {
      there =
          new ProcessBuilder("gdb", "--version")
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException e) {
      there = false;
    }
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(there, "gdb is missing: apt-get install gdb");
    }
    assertTrue(there, "CI needs gdb");
  }

  private static Process start(File out, String guest, List<String> options) throws IOException {
    List<String> words = new ArrayList<>(List.of("run", guest, "--gdb", ":0"));
    words.addAll(options);
    return new ProcessBuilder(PackagedJar.words(words.toArray(String[]::new)))
        .directory(folder.toFile())
        .redirectInput(new File("/dev/null"))
        .redirectOutput(out)
        .start();
  }

  private static Transcript debug(String guest, List<String> options, String... commands)
      throws Exception {
    File out = Files.createTempFile(folder, "out", ".txt").toFile();
    Process machine = start(out, guest, options);
    try (BufferedReader err = machine.errorReader()) {
      String line = err.readLine();
      Matcher waiting = WAITING.matcher(String.valueOf(line));
      assertTrue(waiting.find(), line);
      List<String> script = new ArrayList<>();
      script.add("set confirm off");
      script.add("set pagination off");
      script.add("file " + GUESTS.resolve(guest + ".elf"));
      // The guest's ELF is a 32-bit one around 64-bit code.
      script.add("set architecture i386:x86-64");
      script.add("target remote localhost:" + waiting.group(1));
      script.addAll(List.of(commands));
      Path file = Files.write(Files.createTempFile(folder, "commands", ".gdb"), script);
      Process gdb =
          new ProcessBuilder("gdb", "-nx", "-batch", "-x", file.toString())
              .redirectErrorStream(true)
              .start();
      String shown = new String(gdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      gdb.waitFor();
      err.lines().forEach(rest -> {});
      return new Transcript(shown, machine.waitFor(), Files.readString(out.toPath()));
    } finally {
      machine.destroyForcibly();
    }
  }

  @Test
  void oneCpuIsHeldSteppedAndChanged() throws Exception {
    Transcript transcript =
        debug(
            "hello64",
            List.of(),
            "break bsp_start",
            "continue",
            "info registers rip cs eflags cr0",
            "stepi",
            "x/i $pc",
            "set $rax = 0x1122334455667788",
            "p/x $eax",
            "set $xmm3.v2_int64[0] = 0x22",
            "set $xmm3.v2_int64[1] = 0x11",
            "p/x $xmm3.v2_int64",
            "p $st0",
            "p/x $mxcsr",
            "p/x $fctrl",
            "set {long} 0x200000 = 0x55aa",
            "x/gx 0x200000",
            "maint packet Qqemu.PhyMemMode:1",
            "x/gx 0x200000",
            "maint packet Qqemu.PhyMemMode:0",
            "delete",
            "continue");
    transcript.shows(
        "in _start \\(\\)",
        "^Breakpoint 1, 0x[0-9a-f]+ in bsp_start \\(\\)",
        "^rip .*<bsp_start>",
        "^cs +0x18 ",
        "^eflags +0x46 +\\[ PF ZF \\]",
        "^cr0 +0x80010033",
        "in bsp_start",
        "^=> 0x[0-9a-f]+ <bsp_start\\+",
        "^\\$1 = 0x55667788",
        "^\\$2 = \\{0x22, 0x11\\}",
        "^\\$3 = 0",
        "^\\$4 = 0x1f80",
        "^\\$5 = 0x37f",
        "^0x200000( <.*>)?:\\s+0x00000000000055aa",
        "^0x200000( <.*>)?:\\s+0x00000000000055aa",
        "exited with code 041");
    assertEquals(33, transcript.exit());
    assertTrue(transcript.machine().contains("PASS hello"), transcript.machine());
  }

  @Test
  void whatIsWrongIsSaidAndTheMachineGoesOn() throws Exception {
    Transcript transcript =
        debug(
            "hello64",
            List.of(),
            "python\n"
                + "for command in ['x/gx 0xdead0000dead0000', 'set $cr3 = 5', 'thread 9']:\n"
                + "  try:\n"
                + "    gdb.execute(command)\n"
                + "  except gdb.error as e:\n"
                + "    print('refused:', e)\n"
                + "end",
            "monitor tlb 7",
            "monitor nonsense",
            "kill");
    transcript.shows(
        "refused: Cannot access memory at address 0xdead0000dead0000",
        "refused: Could not write register \"cr3\"",
        "refused: (Invalid|Unknown) thread",
        "no CPU 7: there are 0 to 0",
        "monitor tlb \\[CPU\\]");
    assertTrue(transcript.machine().contains("killed by the debugger"), transcript.machine());
  }

  @Test
  void aWatchpointStopsBehindTheStore() throws Exception {
    Transcript transcript =
        debug(
            "hello64",
            List.of(),
            "break bsp_start",
            "continue",
            "set $place = $sp",
            "delete",
            "watch *(long *) ($place - 8)",
            "continue",
            "p $_siginfo",
            "x/gx $place - 8",
            "delete",
            "detach");
    transcript.shows(
        "Hardware watchpoint 2: \\*\\(long \\*\\) \\(\\$place - 8\\)",
        "^Hardware watchpoint 2",
        "^Old value = ",
        "^New value = ",
        "detached");
    assertEquals(33, transcript.exit());
  }

  @Test
  void fourCpusAreThreadsAndShootdownsAreInSight() throws Exception {
    Transcript transcript =
        debug(
            "demo",
            List.of("--cpus", "4"),
            "info threads",
            "break shootdown_send",
            "continue",
            "info threads",
            "monitor tlb",
            "monitor apic",
            "monitor shootdowns",
            "delete",
            "break shootdown_wait",
            "continue",
            "thread 2",
            "stepi",
            "p $_thread",
            "detach");
    transcript.shows(
        "^\\* 1 +Thread 1 \\(CPU#0 \\[running\\]\\)",
        "^ +4 +Thread 4 \\(CPU#3 \\[waiting for a SIPI\\]\\)",
        "^Thread \\d hit Breakpoint 1, 0x[0-9a-f]+ in shootdown_send \\(\\)",
        "Thread 4 \\(CPU#3 \\[running\\]\\)",
        "^CPU \\d, PCID \\d+: level",
        "^L1_CODE ",
        "^PML4E ",
        "^APIC 3 .* at fee00000",
        "^CPU \\d  shootdown \\d+, generation \\d+ .* under way, targets \\{",
        "^Thread \\d hit Breakpoint 2, 0x[0-9a-f]+ in shootdown_wait \\(\\)",
        "Switching to thread 2",
        "= 2$",
        "detached");
    assertEquals(33, transcript.exit());
    assertTrue(transcript.machine().contains("PASS demo"), transcript.machine());
  }

  /** Sends bytes and reads until {@code end} has come. */
  private static String talk(Socket gdb, String bytes, String end) throws IOException {
    gdb.setSoTimeout(60_000);
    gdb.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    StringBuilder answer = new StringBuilder();
    while (!answer.toString().endsWith(end)) {
      int octet = gdb.getInputStream().read();
      assertTrue(octet >= 0, "the connection ended behind " + answer);
      answer.append((char) octet);
    }
    return answer.toString();
  }

  @Test
  void aSpinningGuestIsStoppedLeftAndStoppedAgain() throws Exception {
    File out = Files.createTempFile(folder, "out", ".txt").toFile();
    Process machine = start(out, "hang", List.of("--append", "how=spin"));
    try (BufferedReader err = machine.errorReader()) {
      Matcher waiting = WAITING.matcher(err.readLine());
      assertTrue(waiting.find());
      int port = Integer.parseInt(waiting.group(1));
      try (Socket gdb = new Socket("localhost", port)) {
        talk(gdb, "$?#3f", "$T02thread:1;#d4");
        talk(gdb, "$c#63", "+");
        talk(gdb, "\3", "$T02thread:1;#d4");
        talk(gdb, "+$c#63", "+");
      }
      try (Socket gdb = new Socket("localhost", port)) {
        talk(gdb, "$?#3f", "$T02thread:1;#d4");
        talk(gdb, "$k#6b", "+");
      }
      assertEquals(130, machine.waitFor());
      assertTrue(Files.readString(out.toPath()).contains("killed by the debugger"));
    } finally {
      machine.destroyForcibly();
    }
  }

  @Test
  void theRunIsTheSameWithAndWithoutGdb() throws Exception {
    Path alone = folder.resolve("alone.trace");
    Path held = folder.resolve("held.trace");
    PackagedJar.run(folder, "run", "ping", "--cpus", "2", "--trace", alone.toString());
    Transcript transcript =
        debug(
            "ping",
            List.of("--cpus", "2", "--trace", held.toString()),
            "break apic_send",
            "continue",
            "continue 3",
            "stepi",
            "stepi",
            "continue",
            "delete",
            "continue");
    transcript.shows("hit Breakpoint 1", "hit Breakpoint 1", "exited with code");
    assertArrayEquals(Files.readAllBytes(alone), Files.readAllBytes(held));
  }
}
