package io.tlbscope.core.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FwCfgTest {
  private final FwCfg device =
      new FwCfg(
          PlatformConfig.of(
                  5,
                  1L << 32,
                  List.of(new MemoryRange(0, 0xA0000, 1), new MemoryRange(1 << 20, 1L << 32, 2)),
                  b -> {},
                  null)
              .withImages(new byte[] {1, 2, 3}, "quiet", new byte[] {9}));

  private ByteBuffer item(int key, int length) {
    device.write(0x510, 2, key);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) device.read(0x511, 1);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void signatureAndIdentity() {
    assertEquals("QEMU", new String(item(0, 4).array(), StandardCharsets.US_ASCII));
    assertEquals(1, item(1, 4).getInt());
    assertEquals(5, item(5, 2).getShort());
    assertEquals(1L << 32, item(3, 8).getLong());
  }

  @Test
  void imagesComeWithTheirSizes() {
    assertEquals(3, item(8, 4).getInt());
    assertArrayEquals(new byte[] {1, 2, 3}, item(0x11, 3).array());
    assertEquals(6, item(0x14, 4).getInt());
    assertEquals("quiet\0", new String(item(0x15, 6).array(), StandardCharsets.US_ASCII));
    assertArrayEquals(new byte[] {9}, item(0x12, 1).array());
  }

  @Test
  void theMemoryMapIsAFileAndALegacyTable() {
    ByteBuffer table = item(0x8003, 44);
    assertEquals(2, table.getInt());
    table.position(24);
    assertEquals(1 << 20, table.getLong());
    assertEquals(1L << 32, table.getLong());
    assertEquals(2, table.getInt());
    ByteBuffer directory = item(0x19, 68).order(ByteOrder.BIG_ENDIAN);
    assertEquals(1, directory.getInt());
    assertEquals(40, directory.getInt());
    int key = directory.getShort();
    directory.getShort();
    byte[] name = new byte[9];
    directory.get(name);
    assertEquals("etc/e820", new String(name, 0, 8, StandardCharsets.US_ASCII));
    assertEquals(0xA0000, item(key, 40).getLong(8));
  }

  @Test
  void beyondTheEndAndUnknownKeysAreZeros() {
    assertEquals(0, item(0, 6).get(5));
    assertEquals(0, item(0x7777, 1).get());
  }
}
