package io.tlbscope.core.run;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.mmu.TlbGeometry;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a machine was built as, by option, as far as its state depends on it: two machines whose
 * setups are equal can take over each other's snapshots.
 */
record Setup(Map<String, String> values) {
  private static final int MOST = 64;

  /** Names of the guest's image and its initial RAM disk, whose values are hashes. */
  private static final String GUEST = "the guest's image", INITRD = "--initrd";

  static Setup of(MachineBuilder wanted, String plugins) throws MachineException {
    BootOptions boot = wanted.boot;
    Map<String, String> values = new LinkedHashMap<>();
    values.put(GUEST, hash(wanted.guest));
    values.put("--cpus", String.valueOf(wanted.cpus));
    values.put("--memory", wanted.memory + " bytes");
    values.put("--cpu", wanted.cpu);
    values.put("--tlb", TlbGeometry.parse(wanted.tlb).toString());
    values.put("--quantum", wanted.quantum == 0 ? "none" : String.valueOf(wanted.quantum));
    values.put("--memory-order", wanted.memoryOrder);
    values.put("--plugin", plugins.isEmpty() ? "none" : plugins);
    values.put("--append", "'" + boot.commandLine() + "'");
    values.put(INITRD, boot.initrd().isEmpty() ? "none" : hash(boot.initrd().get()));
    if (boot.loadAddress().isPresent()) {
      values.put("--load-address", "0x" + Long.toHexString(boot.loadAddress().getAsLong()));
      values.put("--entry", "0x" + Long.toHexString(boot.entry().orElse(0)));
      values.put("--mode", boot.mode().toString());
    }
    return new Setup(values);
  }

  private static String hash(Path file) throws MachineException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      int read;
      while ((read = in.read(buffer)) > 0) {
        digest.update(buffer, 0, read);
      }
      return "SHA-256 " + HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new MachineException(
          file
              + " cannot be read again for the snapshot's record of what was run: leave the image in"
              + " its place while its machine is in use",
          e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Nothing happens if a snapshot of the other setup fits here.
   *
   * @throws MachineException that names what differs
   */
  void check(Setup saved) throws MachineException {
    Map<String, String> all = new LinkedHashMap<>(saved.values);
    values.forEach(all::putIfAbsent);
    for (String key : all.keySet()) {
      String then = saved.values.getOrDefault(key, "none");
      String now = values.getOrDefault(key, "none");
      if (!then.equals(now)) {
        throw new MachineException(
            key
                + " differs: the snapshot was taken with "
                + then
                + ", this machine has "
                + now
                + "; build the machine as it was then");
      }
    }
  }

  void save(StateWriter to) {
    to.putInt(values.size());
    values.forEach(
        (key, value) -> {
          to.putString(key);
          to.putString(value);
        });
  }

  static Setup load(StateReader from) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int rest = from.getCount(MOST); rest > 0; rest--) {
      values.put(from.getString(), from.getString());
    }
    return new Setup(values);
  }
}
