package io.tlbscope.tools.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.tools.packaged.PackagedJar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reports of real runs in headless Chromium. Without Chromium it is skipped, but not where CI=true.
 */
@Tag("browser")
@Timeout(300)
class RealReportIT {
  @TempDir static Path folder;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    boolean there = Files.isExecutable(Browser.CHROMIUM) && Files.isExecutable(Browser.DRIVER);
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(
          there, "chromium is missing; on Debian: apt-get install chromium chromium-driver");
    }
    assertTrue(there, "CI needs chromium and chromium-driver");
    browser = new Browser(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  private static String text(String expression) throws Exception {
    return browser.run("return String(" + expression + ")").asText();
  }

  private static void noErrors() throws Exception {
    assertEquals(List.of(), browser.log("browser"));
    assertEquals("true", text("document.getElementById('notice').hidden"));
  }

  @Test
  void aStaleUseIsShownWithTheEntryThatItWentThrough() throws Exception {
    assertEquals(
        8,
        PackagedJar.run(
                folder,
                "run",
                "mutants",
                "--cpus",
                "4",
                "--append",
                "mutant=ack-then-user",
                "--report",
                "mutant.html")
            .exit());
    browser.open(folder.resolve("mutant.html"));
    browser.press("v");
    String message = text("document.querySelector('#details .violation').textContent");
    assertTrue(message.startsWith("stale-use"), message);
    String cpu = message.replaceFirst("(?s).*?CPU (\\d+) reads.*", "$1");
    String va = message.replaceFirst("(?s).*?reads (0x[0-9a-f]+) .*", "$1");
    assertEquals(
        "true",
        text(
            "[...document.querySelectorAll('#tlbs details[data-cpu=\""
                + cpu
                + "\"] tr')].some(row => row.dataset.va === '"
                + va
                + "')"),
        "the stale entry is still in the TLB");
    assertFalse(text("document.getElementById('timeline').dataset.selected").isEmpty());
    noErrors();
  }

  @Test
  void aFindingOfTheSanitizerShowsTheCodeOfTheKernelAndOfTheUser() throws Exception {
    assertEquals(
        8,
        PackagedJar.run(
                folder,
                "run",
                "mutants",
                "--cpus",
                "2",
                "--append",
                "mutant=ack-then-user",
                "--plugin",
                "apic",
                "--plugin",
                "pmap,check=stale",
                "--trace",
                "finding.tlbt")
            .exit());
    // From the trace alone: the machine is gone.
    assertEquals(0, PackagedJar.run(folder, "report", "finding.tlbt", "-o", "finding.html").exit());
    browser.open(folder.resolve("finding.html"));
    String roles =
        text(
            "[...document.querySelectorAll('#finding-line .step')].map(s => s.dataset.role).join()");
    assertTrue(roles.matches("fill,writer,shootdown,.*shootdown.*,use.*"), roles);
    String writer = text("document.querySelector('#finding-places .writer').textContent");
    assertTrue(writer.contains("pmap_enter:"), writer);
    assertEquals(
        "mov QWORD PTR [rax],rbx",
        text(
            "document.querySelector('#finding-places .writer [aria-current] td:last-child').textContent"));
    assertTrue(
        text("document.querySelector('#finding-places .use [aria-current]').textContent")
            .contains("mov"),
        "user code, copied to where no symbol is");
    assertEquals(
        "true",
        text(
            "[...document.querySelectorAll('#finding-places .code')].every(c => c.querySelectorAll('tr:not(.name)').length === 9)"));
    assertTrue(
        text("document.getElementById('finding-story').textContent")
            .contains("The invalidation is missing"));
    assertEquals(
        "true", text("(b => b.scrollWidth <= b.clientWidth)(document.querySelector('.finding'))"));
    noErrors();
  }

  @Test
  void aStormOf16CpusLoadsQuicklyAndFits() throws Exception {
    assertEquals(
        0, PackagedJar.run(folder, "demo", "--cpus", "16", "--report", "storm.html").exit());
    Path page = folder.resolve("storm.html");
    assertTrue(Files.size(page) < 30 << 20, "MiB: " + (Files.size(page) >> 20));
    long start = System.nanoTime();
    browser.open(page);
    Duration loading = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(loading.toSeconds() < 10, "3 s on an idle machine; here " + loading);
    browser.wait("document.getElementById('timeline').dataset.lanes === '16'");
    assertEquals("15", text("document.querySelectorAll('#phases tbody tr').length"));
    assertEquals(
        "true", text("(d => d.scrollWidth <= d.clientWidth)(document.getElementById('details'))"));
    assertEquals(
        "true",
        text(
            "[...document.querySelectorAll('.card b')].every(b => b.scrollWidth <= b.clientWidth)"));
    assertEquals(
        "PASS demo",
        text("document.getElementById('console').textContent")
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("PASS"))
            .findFirst()
            .orElse(""));
    noErrors();
  }
}
