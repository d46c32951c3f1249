package io.tlbscope.tools.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The report says of every rule in plain words what it asks. */
class RuleWordsTest {
  @Test
  void everyRuleOfThePmapPluginHasItsSentence() throws Exception {
    String words;
    try (var in = HtmlReport.class.getResourceAsStream("20-findingwords.js")) {
      words = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Object[] rules = Class.forName("io.tlbscope.pmap.ViolationKind").getEnumConstants();
    assertTrue(rules.length > 10);
    for (Object rule : rules) {
      String kind = rule.toString().toLowerCase(Locale.ROOT).replace('_', '-');
      assertTrue(words.contains("\"" + kind + "\": \""), kind);
    }
  }
}
