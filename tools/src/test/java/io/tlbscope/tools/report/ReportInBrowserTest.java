package io.tlbscope.tools.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.tools.SyntheticTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Drives the report in headless Chromium. Without Chromium it is skipped, but not where CI=true.
 */
@Tag("browser")
@Timeout(300)
class ReportInBrowserTest {
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
    page = report("page.html", 4, 300);
  }

  private static Path report(String name, int cpus, int shootdowns) throws IOException {
    Path trace = SyntheticTrace.write(folder.resolve(name + ".tlbt"), cpus, shootdowns, 7, true);
    HtmlReport.write(trace, folder.resolve(name), HtmlReport.DEFAULT_EVENTS);
    return folder.resolve(name);
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() throws IOException, InterruptedException {
    browser.open(page);
    drawn();
  }

  /** Waits until the timeline was drawn after everything that was asked for. */
  private static void drawn() throws IOException, InterruptedException {
    browser.run(
        "window.drawnBefore = Number(document.getElementById('timeline').dataset.drawn || 0)");
    browser.run("window.dispatchEvent(new Event('resize'))");
    browser.wait("document.getElementById('timeline').dataset.t0 !== undefined");
  }

  private static String text(String expression) throws IOException, InterruptedException {
    return browser.run("return String(" + expression + ")").asText();
  }

  private static double span() throws IOException, InterruptedException {
    return browser
        .run("const d = document.getElementById('timeline').dataset; return d.t1 - d.t0")
        .asDouble();
  }

  private static void focus() throws IOException, InterruptedException {
    browser.run("document.getElementById('timeline').focus()");
  }

  @Test
  void loadsWithoutConsoleErrorsAndWithoutTheNetwork() throws IOException, InterruptedException {
    browser.press("1", "2", "3", "4", "5");
    for (String message : browser.log("browser")) {
      assertFalse(message.contains("Error") || message.contains("Refused"), message);
    }
    for (String message : browser.log("performance")) {
      if (message.contains("Network.requestWillBeSent\"")
          && !message.contains("\"documentURL\":\"chrome:")) {
        assertTrue(message.matches("(?s).*\"url\":\"(file|data|blob):.*"), message);
        assertFalse(message.matches("(?s).*\"url\":\"(https?|wss?):.*"), message);
      }
    }
    assertEquals("true", text("document.getElementById('notice').hidden"));
  }

  @Test
  void hasALaneForEachCpu() throws IOException, InterruptedException {
    assertEquals("4", text("document.getElementById('timeline').dataset.lanes"));
    assertEquals("3", text("document.getElementById('timeline').dataset.last"));
    assertTrue(text("document.getElementById('cards').textContent").contains("300shootdowns"));
  }

  @Test
  void keysZoomAndMove() throws IOException, InterruptedException {
    focus();
    browser.press("0");
    browser.wait("document.getElementById('timeline').dataset.t1 > 100000");
    double whole = span();
    browser.press("+", "+", "+");
    browser.wait("(d => d.t1 - d.t0)(document.getElementById('timeline').dataset) < " + whole / 2);
    double before =
        browser.run("return Number(document.getElementById('timeline').dataset.t0)").asDouble();
    browser.press("\uE014");
    browser.wait("document.getElementById('timeline').dataset.t0 > " + before);
    browser.press("-", "-", "-", "-");
    browser.wait(
        "(d => d.t1 - d.t0)(document.getElementById('timeline').dataset) > " + whole * 0.9);
  }

  @Test
  void choosingAShootdownShowsItsPhasesOnEveryTarget() throws IOException, InterruptedException {
    focus();
    String first = text("document.getElementById('timeline').dataset.selected");
    browser.press("n");
    browser.wait("document.getElementById('timeline').dataset.selected !== '" + first + "'");
    assertEquals("3", text("document.querySelectorAll('#phases tbody tr').length"));
    String phases = text("document.getElementById('phases').textContent");
    assertTrue(phases.matches("(?s).*IRR.*taken.*read.*ack.*drops.*left.*\\+\\d.*"), phases);
    assertTrue(
        text("document.getElementById('details').textContent")
            .contains("Phases, in ns since its begin"));
    assertTrue(text("document.getElementById('details').textContent").contains("INVL_OP_"));
    assertTrue(text("document.getElementById('live').textContent").startsWith("Shootdown "));
  }

  @Test
  void aClickInTheTimelineChoosesWhatIsThere() throws IOException, InterruptedException {
    browser.press("\uE00C");
    browser.wait("document.getElementById('timeline').dataset.selected === ''");
    browser.run(
        "document.querySelector('#tab-list').click(); document.querySelector('#shootdown-table tbody tr').click()");
    browser.wait("document.getElementById('timeline').dataset.selected !== ''");
    String chosen = text("document.getElementById('timeline').dataset.selected");
    int initiator =
        Integer.parseInt(
            text(
                "/CPU (\\d+)/.exec(document.querySelector('#shootdown-table tr[aria-selected=true]').textContent)[1]"));
    browser.press("\uE00C");
    browser.wait("document.getElementById('timeline').dataset.selected === ''");
    // The view still shows the shootdown in its middle; its span is in the upper row of its
    // initiator's lane.
    var box =
        browser.run(
            "document.getElementById('timeline').scrollIntoView(); const r = document.getElementById('timeline').getBoundingClientRect(); return [r.left + 64 + (r.width - 64) / 2, r.top + 26 + "
                + "document.getElementById('timeline').dataset.laneHeight * "
                + initiator
                + " + 14]");
    browser.click(box.get(0).asInt(), box.get(1).asInt());
    browser.wait("document.getElementById('timeline').dataset.selected === '" + chosen + "'");
  }

  @Test
  void theTlbsBeforeAndAfterADropDifferByTheDroppedEntry()
      throws IOException, InterruptedException {
    focus();
    for (int n = 0;
        n < 300 && text("document.querySelector('#drops') !== null").equals("false");
        n++) {
      browser.press("n");
    }
    String cpu = text("document.querySelector('#drops tbody tr td').textContent");
    String va = text("document.querySelector('#drops tbody tr code').textContent");
    browser.run("document.querySelector('#drops tbody tr button').click()");
    browser.run("document.getElementById('only-differences').click()");
    String card = "document.querySelector('#tlbs details[data-cpu=\"" + cpu + "\"]')";
    assertTrue(
        text("[...document.querySelectorAll('#tlbs details[data-cpu=\""
                + cpu
                + "\"] tr.gone')].map(r => r.dataset.va).join()")
            .contains(va));
    assertEquals("0", text(card + ".querySelectorAll('tr.new').length"));
    browser.run("document.getElementById('only-differences').click()");
    int before = Integer.parseInt(text("/(\\d+) → (\\d+)/.exec(" + card + ".textContent)[1]"));
    int after = Integer.parseInt(text("/(\\d+) → (\\d+)/.exec(" + card + ".textContent)[2]"));
    assertEquals(
        before - Integer.parseInt(text(card + ".querySelectorAll('tr.gone').length")), after);
  }

  @Test
  void filtersNarrowTheShootdowns() throws IOException, InterruptedException {
    browser.run("document.getElementById('tab-list').click()");
    browser.run(
        "const s = document.getElementById('filter-op'); s.value = 'range'; s.dispatchEvent(new Event('change'))");
    assertTrue(text("document.getElementById('count').textContent").matches("\\d+ of 300"));
    assertEquals(
        "true",
        text(
            "[...document.querySelectorAll('#shootdown-table tbody tr')].every(r => r.textContent.includes('PGRNG'))"));
    browser.run(
        "const s = document.getElementById('filter-cpu'); s.value = '2'; s.dispatchEvent(new Event('change'));"
            + "const r = document.getElementById('filter-role'); r.value = 'initiator'; r.dispatchEvent(new Event('change'))");
    assertEquals(
        "true",
        text(
            "[...document.querySelectorAll('#shootdown-table tbody tr')].every(r => r.textContent.includes('CPU 2'))"));
    browser.run("const v = document.getElementById('filter-violations'); v.click()");
    assertTrue(
        Integer.parseInt(text("document.getElementById('count').textContent.split(' ')[0]")) <= 1);
  }

  @Test
  void aViolationJumpsToItsMoment() throws IOException, InterruptedException {
    browser.press("0", "4");
    browser.run("document.querySelector('.violation[data-index]').click()");
    browser.wait("(d => d.t1 - d.t0)(document.getElementById('timeline').dataset) < 50000");
    double time =
        browser
            .run("return Number(document.getElementById('moment-a').value.replaceAll(',', ''))")
            .asDouble();
    assertTrue(
        time
            > browser
                .run("return Number(document.getElementById('timeline').dataset.t0)")
                .asDouble());
    assertTrue(
        time
            < browser
                .run("return Number(document.getElementById('timeline').dataset.t1)")
                .asDouble());
  }

  @Test
  void searchFindsANumberAndHelpOpensAndCloses() throws IOException, InterruptedException {
    browser.press("/", "#", "4", "2", "\uE007");
    browser.wait("document.getElementById('timeline').dataset.selected === '42'");
    browser.press("\uE00C", "?");
    assertEquals("true", text("document.getElementById('help').open"));
    browser.press("\uE00C");
    browser.wait("!document.getElementById('help').open");
  }

  @Test
  void theThemeChangesWithAKeyAndAButton() throws IOException, InterruptedException {
    String theme = text("document.documentElement.dataset.theme");
    String background = text("getComputedStyle(document.body).backgroundColor");
    browser.press("t");
    assertNotEquals(theme, text("document.documentElement.dataset.theme"));
    assertNotEquals(background, text("getComputedStyle(document.body).backgroundColor"));
    browser.run("document.getElementById('theme').click()");
    assertEquals(theme, text("document.documentElement.dataset.theme"));
  }

  @Test
  void aHundredThousandEventsOn255CpusAreDrawnQuickly() throws IOException, InterruptedException {
    browser.open(report("large.html", 255, 70));
    browser.press("0");
    browser.wait("document.getElementById('timeline').dataset.lanes === '255'");
    int events =
        Integer.parseInt(
            text(
                "/([\\d,]+) events/.exec(document.getElementById('panel-run').textContent)[1].replaceAll(',', '')"));
    assertTrue(events > 90_000, () -> events + " events");
    String drawn = text("document.getElementById('timeline').dataset.drawn");
    browser.press("0", "+", "-", "+", "-");
    browser.wait("Number(document.getElementById('timeline').dataset.drawn) > " + drawn);
    double slowest =
        browser.run("return Number(document.getElementById('timeline').dataset.millis)").asDouble();
    assertTrue(slowest < 250, () -> slowest + " ms a frame");
  }
}
