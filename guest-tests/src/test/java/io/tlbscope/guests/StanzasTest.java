package io.tlbscope.guests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StanzasTest {
  @Test
  void readsNamesKeysAndValuesWithEqualsSigns() {
    List<Stanza> stanzas =
        Stanzas.parse("# guests\n[one]\nfile = hello.elf\nappend = mode=x2apic n=3\n\n[two]\n");
    assertEquals("hello", stanzas.get(0).guest());
    assertEquals("mode=x2apic n=3", stanzas.get(0).get("append", ""));
    assertEquals("two", stanzas.get(1).guest());
    assertEquals("60", stanzas.get(1).get("timeout", "60"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"key = before any stanza", "[a]\nno equals sign", "[a]\n[a]", "[]"})
  void refusesOtherLinesAndSaysWhich(String text) {
    var e = assertThrows(IllegalArgumentException.class, () -> Stanzas.parse(text));
    assertTrue(e.getMessage().matches("stanza file, line \\d+: .*"), e::getMessage);
  }
}
