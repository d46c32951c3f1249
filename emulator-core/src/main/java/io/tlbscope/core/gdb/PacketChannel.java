package io.tlbscope.core.gdb;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Packets of gdb's remote serial protocol: {@code $body#checksum}, acknowledged by {@code +} until
 * the two agree not to. One thread reads, one writes.
 */
final class PacketChannel {
  /** What {@link #read} gives for the byte 3: the user wants the machine to stop. */
  static final String INTERRUPT = "\3";

  /** Bytes of a packet's body at most, as told to gdb. */
  static final int MOST = 1 << 16;

  private final InputStream in;
  private final OutputStream out;
  private volatile boolean acknowledges = true;

  PacketChannel(InputStream in, OutputStream out) {
    this.in = new BufferedInputStream(in);
    this.out = out;
  }

  /** No acknowledgements from now on. */
  void trust() {
    acknowledges = false;
  }

  /** The next packet's body, {@link #INTERRUPT}, or null at the end. */
  String read() throws IOException {
    while (true) {
      int octet = in.read();
      if (octet < 0) {
        return null;
      }
      if (octet == 3) {
        return INTERRUPT;
      }
      if (octet == '$') {
        String body = body();
        if (body != null) {
          return body;
        }
      }
      // Acknowledgements, and what lies between packets, say nothing: TCP loses nothing.
    }
  }

  /** Null if the packet was damaged, and has been asked for again. */
  private String body() throws IOException {
    StringBuilder body = new StringBuilder();
    int sum = 0;
    int octet;
    while ((octet = in.read()) != '#') {
      if (octet < 0 || body.length() > MOST) {
        throw new IOException("a packet without end");
      }
      sum += octet;
      if (octet == '}') {
        octet = in.read();
        sum += octet;
        octet ^= 0x20;
      }
      body.append((char) octet);
    }
    int high = Character.digit(in.read(), 16);
    int low = Character.digit(in.read(), 16);
    boolean good = high >= 0 && low >= 0 && (sum & 0xFF) == (high << 4 | low);
    if (acknowledges) {
      raw(good ? "+" : "-");
    }
    return good || !acknowledges ? body.toString() : null;
  }

  void send(String body) throws IOException {
    StringBuilder packet = new StringBuilder("$");
    int sum = 0;
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      boolean special = c == '$' || c == '#' || c == '}' || c == '*';
      if (special) {
        packet.append('}');
        sum += '}';
        c ^= 0x20;
      }
      packet.append(c);
      sum += c;
    }
    packet.append("#%02x".formatted(sum & 0xFF));
    raw(packet.toString());
  }

  private void raw(String text) throws IOException {
    synchronized (out) {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
  }
}
