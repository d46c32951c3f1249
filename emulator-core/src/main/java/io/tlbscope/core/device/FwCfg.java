package io.tlbscope.core.device;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * QEMU's firmware configuration device (docs/specs/fw_cfg): a selector at port 0x510 and data bytes
 * at 0x511. Items are read-only. Not modelled: the DMA interface; the id says so.
 */
public final class FwCfg implements PortHandler, Stateful {
  private static final int KEY_SIGNATURE = 0x00,
      KEY_ID = 0x01,
      KEY_RAM_SIZE = 0x03,
      KEY_CPUS = 0x05,
      KEY_MAX_CPUS = 0x0F,
      KEY_KERNEL_SIZE = 0x08,
      KEY_INITRD_SIZE = 0x0B,
      KEY_KERNEL_DATA = 0x11,
      KEY_INITRD_DATA = 0x12,
      KEY_CMDLINE_SIZE = 0x14,
      KEY_CMDLINE_DATA = 0x15,
      KEY_DIRECTORY = 0x19,
      KEY_FIRST_FILE = 0x20,
      KEY_E820 = 0x8003;
  private static final int NAME_LENGTH = 56;

  private final Map<Integer, byte[]> items = new HashMap<>();
  private int key = -1;
  private byte[] selected = new byte[0];
  private int offset;

  public FwCfg(PlatformConfig config) {
    item(KEY_SIGNATURE, "QEMU".getBytes(StandardCharsets.US_ASCII));
    item(KEY_ID, little(4).putInt(1).array());
    item(KEY_RAM_SIZE, little(8).putLong(config.ramBytes()).array());
    item(KEY_CPUS, little(2).putShort((short) config.cpus()).array());
    item(KEY_MAX_CPUS, little(2).putShort((short) config.cpus()).array());
    sized(KEY_KERNEL_SIZE, KEY_KERNEL_DATA, config.kernel());
    sized(KEY_INITRD_SIZE, KEY_INITRD_DATA, config.initrd());
    sized(
        KEY_CMDLINE_SIZE,
        KEY_CMDLINE_DATA,
        (config.commandLine() + "\0").getBytes(StandardCharsets.UTF_8));
    byte[] ranges = ranges(config.memoryMap());
    item(KEY_E820, little(4 + ranges.length).putInt(config.memoryMap().size()).put(ranges).array());
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("etc/e820", ranges);
    directory(files);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void item(int key, byte[] bytes) {
    items.put(key, bytes);
  }

  private void sized(int sizeKey, int dataKey, byte[] bytes) {
    item(sizeKey, little(4).putInt(bytes.length).array());
    item(dataKey, bytes);
  }

  /** Each range: u64 first, u64 length, u32 type, packed. */
  private static byte[] ranges(List<MemoryRange> map) {
    ByteBuffer buffer = little(20 * map.size());
    for (MemoryRange range : map) {
      buffer.putLong(range.pa()).putLong(range.bytes()).putInt(range.type());
    }
    return buffer.array();
  }

  /** Big endian: u32 count, then for each file u32 size, u16 key, u16 zero, 56 bytes of name. */
  private void directory(Map<String, byte[]> files) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + files.size() * (8 + NAME_LENGTH));
    buffer.putInt(files.size());
    int key = KEY_FIRST_FILE;
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      item(key, file.getValue());
      byte[] name = new byte[NAME_LENGTH];
      byte[] text = file.getKey().getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(text, 0, name, 0, text.length);
      buffer.putInt(file.getValue().length).putShort((short) key++).putShort((short) 0).put(name);
    }
    item(KEY_DIRECTORY, buffer.array());
  }

  @Override
  public int read(int port, int size) {
    if (port != 0x511 || size != 1) {
      return 0;
    }
    return offset < selected.length ? selected[offset++] & 0xFF : 0;
  }

  @Override
  public void write(int port, int size, int value) {
    if (port == 0x510 && size == 2) {
      select(value);
      offset = 0;
    }
  }

  private void select(int value) {
    key = value;
    selected = items.getOrDefault(value, new byte[0]);
  }

  @Override
  public void save(StateWriter to) {
    to.tag("fw_cfg");
    to.putInt(key);
    to.putInt(offset);
  }

  @Override
  public void load(StateReader from) {
    from.tag("fw_cfg");
    select(from.getInt());
    offset = from.getInt();
  }
}
