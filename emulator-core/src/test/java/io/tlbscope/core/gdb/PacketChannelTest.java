package io.tlbscope.core.gdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PacketChannelTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private PacketChannel channel(String bytes) {
    return new PacketChannel(
        new ByteArrayInputStream(bytes.getBytes(StandardCharsets.ISO_8859_1)), out);
  }

  private String sent() {
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void packetsAreAcknowledgedAndDamagedOnesAskedForAgain() throws IOException {
    PacketChannel channel = channel("+$g#67+$m0,4#00$m0,4#fd\3$?#3f");
    assertEquals("g", channel.read());
    assertEquals("m0,4", channel.read());
    assertEquals(PacketChannel.INTERRUPT, channel.read());
    assertEquals("?", channel.read());
    assertNull(channel.read());
    assertEquals("+-++", sent());
  }

  @Test
  void whatTheTwoAgreedOnIsNoLongerSaid() throws IOException {
    PacketChannel channel = channel("$g#67");
    channel.trust();
    assertEquals("g", channel.read());
    assertEquals("", sent());
  }

  @Test
  void specialBytesAreEscapedBothWays() throws IOException {
    channel("").send("a#b}c$d*");
    String packet = sent();
    assertEquals("$a}\u0003b}]c}\u0004d}\n", packet.substring(0, packet.length() - 3));
    assertEquals("a#b}c$d*", channel(packet).read());
  }

  @Test
  void aPacketThatBreaksOffIsAnError() {
    assertThrows(IOException.class, () -> channel("$m0,").read());
  }
}
