package io.tlbscope.tools.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.plugin.Violation;
import io.tlbscope.tools.FindingTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The view of a finding in headless Chromium. Without Chromium it is skipped, but not where
 * CI=true.
 */
@Tag("browser")
@Timeout(300)
class FindingInBrowserTest {
  @TempDir static Path folder;
  private static Browser browser;
  private static Path page;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    boolean there = Files.isExecutable(Browser.CHROMIUM) && Files.isExecutable(Browser.DRIVER);
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(
          there, "chromium is missing; on Debian: apt-get install chromium chromium-driver");
    }
    assertTrue(there, "CI needs chromium and chromium-driver");
    browser = new Browser(folder);
    page = report("finding", FindingTrace.violations());
  }

  private static Path report(String name, List<Violation> violations) throws IOException {
    Path trace = FindingTrace.write(folder.resolve(name + ".tlbt"), violations);
    Path html = folder.resolve(name + ".html");
    assertEquals("", HtmlReport.write(trace, html, HtmlReport.DEFAULT_EVENTS));
    return html;
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (browser != null) {
      browser.close();
    }
  }

  private static String text(String expression) throws IOException, InterruptedException {
    return browser.run("return String(" + expression + ")").asText();
  }

  private static void noErrors() throws IOException, InterruptedException {
    assertEquals(List.of(), browser.log("browser"));
    assertEquals("true", text("document.getElementById('notice').hidden"));
  }

  /** Each step as "role cpu", in the order in which they stand from left to right. */
  private static final String STEPS =
      "[...document.querySelectorAll('#finding-line .step')]"
          + ".sort((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left)";

  @Test
  void writerEntryShootdownNewUseAndUseStandInOrderOfTime() throws Exception {
    browser.open(page);
    assertEquals(
        "fill 2,writer 0,shootdown 0,shootdown 0,stale 2,left 2,shootdown 2,reuse 1,use 2,shootdown 0",
        text(STEPS + ".map(s => s.dataset.role + ' ' + s.dataset.cpu).join()"));
    assertEquals(
        "true",
        text(
            STEPS
                + ".map(s => Number(s.dataset.time)).every((t, n, all) => n === 0 || all[n - 1] <= t)"));
    String labels = text(STEPS + ".map(s => s.getAttribute('aria-label')).join('\\n')");
    assertTrue(labels.contains("0: CPU 0, PTE changed, at 0x5018, in unmap_page+0x19."), labels);
    assertTrue(labels.contains("CPU 1, frame's new use, written, in reuse_frame+0x8."), labels);
    assertTrue(labels.contains("+900 ns: CPU 2, reads, stale, 0xffff800000003010, at 0x7000."));
    assertTrue(labels.contains("−500 ns: CPU 2, TLB filled"), labels);
    assertTrue(labels.contains("CPU 2, INVLPG, 0xffff800000002000, in invlop_handler+0x10."));
    assertEquals(
        "CPU 0,CPU 1,CPU 2",
        text(
            "[...document.querySelectorAll('#finding-line .cpu')].map(t => t.textContent).join()"));
    assertEquals(
        "true",
        text(
            "(r => r[1].x + 1 > r[0].x + r[0].width && r[1].width > r[0].width)"
                + "([...document.querySelectorAll('#finding-line .life')].map(l => l.getBBox()))"),
        "the entry's life is fresh, then stale");
    noErrors();
  }

  @Test
  void codeOfEachPlaceHasTheInstructionMarkedAndItsSymbol() throws Exception {
    browser.open(page);
    String marked =
        "(role => document.querySelector(`#finding-places [data-role=${role}] [aria-current]`).textContent)";
    assertEquals("▶+0x19mov QWORD PTR [rax],rbx", text(marked + "('writer')"));
    assertEquals("▶+0x8mov BYTE PTR [rdi],0x55", text(marked + "('reuse')"));
    assertEquals("▶7000mov eax,DWORD PTR [rax]", text(marked + "('use')"));
    String writer = text("document.querySelector('#finding-places .writer').textContent");
    assertTrue(writer.contains("unmap_page:"), writer);
    assertTrue(writer.contains("0x9000, writable, user, accessed"), writer);
    assertTrue(writer.contains("0: not present"), writer);
    String entry = text("document.querySelector('#finding-places .entry').textContent");
    assertTrue(entry.contains("0xffff800000003000 → 0x9000"), entry);
    assertTrue(entry.contains("PCID3") && entry.contains("4 KiB TLB entry"), entry);
    assertTrue(entry.contains("as number 41, −500 ns"), entry);
    String shootdown = text("document.querySelector('#finding-places .shootdown').textContent");
    assertTrue(shootdown.contains("Shootdown #7, late"), shootdown);
  }

  @Test
  void aSentenceSaysWhatHappenedAndWhatIsMissing() throws Exception {
    browser.open(page);
    String story = text("document.getElementById('finding-story').textContent");
    for (String part :
        List.of(
            "CPU 0 (in unmap_page+0x19) removed the translation of 0xffff800000003000",
            "CPU 2 still holds the old one (cached 500 ns before)",
            "900 ns after the change",
            "had been written through 0xffff800000100000 by CPU 1 (in reuse_frame+0x8)",
            "The invalidation is too narrow: INVLPG 0xffff800000002000 of CPU 2")) {
      assertTrue(story.contains(part), story);
    }
  }

  @Test
  void keysGoThroughFindingsAndTheirSteps() throws Exception {
    browser.open(page);
    browser.run("document.querySelector('#finding-line .step').focus()");
    browser.press("\uE014", "\uE014");
    assertEquals("shootdown", text("document.activeElement.dataset.role"));
    browser.press("\uE012");
    assertEquals("writer", text("document.activeElement.dataset.role"));
    browser.press("\uE007");
    assertEquals("1,000", text("document.getElementById('moment-a').value"));
    assertTrue(text("document.getElementById('live').textContent").contains("PTE changed"));
    browser.run("document.activeElement.blur()");
    browser.press("v", "v");
    assertEquals("2 of 3", text("document.getElementById('finding-count').textContent"));
    assertEquals("ack-without-read", text("document.getElementById('finding-kind').textContent"));
    browser.press("V");
    assertEquals("1 of 3", text("document.getElementById('finding-count').textContent"));
    assertEquals(
        text("document.querySelectorAll('#finding-line .step').length"),
        text("document.querySelectorAll('#finding-steps li').length"),
        "the list is the timeline's twin");
    browser.run("document.getElementById('finding-fold').click()");
    assertEquals("0", text("document.getElementById('finding-body').offsetHeight"));
  }

  @Test
  void aViolationWithoutDetailsHasTheSameFrame() throws Exception {
    browser.open(page);
    browser.press("4");
    browser.run("document.querySelectorAll('#panel-violations .violation')[1].click()");
    assertEquals("2 of 3", text("document.getElementById('finding-count').textContent"));
    assertEquals(
        "shootdown 0,shootdown 0,shootdown 2,use 2,shootdown 0",
        text(STEPS + ".map(s => s.dataset.role + ' ' + s.dataset.cpu).join()"));
    String story = text("document.getElementById('finding-story').textContent");
    assertTrue(story.contains("acknowledged without reading"), story);
    assertTrue(story.contains("CPU 2 acknowledges shootdown 7"), story);
    assertEquals(
        "▶+0x10mov DWORD PTR [rdx],eax",
        text("document.querySelector('#finding-places .use [aria-current]').textContent"));
    browser.run("document.querySelectorAll('#panel-violations .violation')[2].click()");
    assertTrue(
        text("document.querySelector('#finding-places .use').textContent")
            .contains("The trace holds no code of this place."));
    noErrors();
  }

  @Test
  void aTraceOfAnOlderRunHasNoDetailsAndIsShown() throws Exception {
    List<Violation> plain =
        FindingTrace.violations().stream()
            .map(v -> new Violation(v.kind(), v.cpu(), v.rip(), v.symbol(), v.time(), v.message()))
            .toList();
    browser.open(report("older", plain));
    assertEquals("use 2", text(STEPS + ".map(s => s.dataset.role + ' ' + s.dataset.cpu).join()"));
    noErrors();
  }

  @Test
  void aTraceThatWasCutOffShowsItsViolationsFromTheirEvents() throws Exception {
    byte[] whole =
        Files.readAllBytes(
            FindingTrace.write(folder.resolve("whole.tlbt"), FindingTrace.violations()));
    // The trailer's JSON begins with its violations; what is before its block stays.
    int trailer =
        new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("{\"viol");
    Path cut = Files.write(folder.resolve("cut.tlbt"), Arrays.copyOf(whole, trailer + 20));
    Path html = folder.resolve("cut.html");
    assertTrue(HtmlReport.write(cut, html, HtmlReport.DEFAULT_EVENTS).contains("ends early"));
    browser.open(html);
    assertEquals("1 of 3", text("document.getElementById('finding-count').textContent"));
    assertTrue(
        text("document.getElementById('finding-story').textContent").contains("which is missing"));
    assertEquals(List.of(), browser.log("browser"));
  }
}
