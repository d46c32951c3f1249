package io.tlbscope.guests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GuestsTest {
  @Test
  void bundlesTheHelloGuestAsAnElfFile() {
    assertTrue(Guests.names().contains("hello"), () -> "bundled: " + Guests.names());
    byte[] image = Guests.image("hello").orElseThrow();
    assertArrayEquals(new byte[] {0x7F, 'E', 'L', 'F'}, Arrays.copyOf(image, 4));
  }

  @Test
  void knowsNoGuestThatIsNotThere() {
    assertTrue(Guests.image("no-such-guest").isEmpty());
    assertTrue(Guests.image("../guests/hello").isEmpty());
  }

  @Test
  void everyStanzaNamesABundledGuest() {
    for (Stanza stanza : Guests.stanzas()) {
      assertTrue(Guests.names().contains(stanza.guest()), stanza::toString);
    }
    assertEquals(
        Guests.stanzas().size(), Guests.stanzas().stream().map(Stanza::name).distinct().count());
  }
}
