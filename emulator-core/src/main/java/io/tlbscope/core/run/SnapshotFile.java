package io.tlbscope.core.run;

import io.tlbscope.core.memory.MemoryImage;
import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * The file of a snapshot.
 *
 * <pre>
 *   8 bytes   "TLBSNAP\n"
 *   4 bytes   format, big endian as all that follows
 *   deflated  header: setup, instructions, seed, which pages follow      length, bytes, CRC-32
 *             state of everything but RAM                               length, bytes, CRC-32
 *             the pages of RAM that are not zero                        4096 bytes each, then CRC-32 of all
 * </pre>
 */
final class SnapshotFile {
  /** Raised with every change of what anything saves. */
  static final int FORMAT = 1;

  private static final byte[] MAGIC = "TLBSNAP\n".getBytes(StandardCharsets.US_ASCII);
  private static final int PAGE = 4096;
  private static final int BUFFER = 1 << 16;

  private SnapshotFile() {}

  static void write(Snapshot snapshot, OutputStream out) throws IOException {
    DataOutputStream plain = new DataOutputStream(out);
    plain.write(MAGIC);
    plain.writeInt(FORMAT);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      DeflaterOutputStream packed = new DeflaterOutputStream(out, deflater, BUFFER);
      DataOutputStream body = new DataOutputStream(packed);
      StateWriter header = new StateWriter();
      snapshot.setup().save(header);
      header.putLong(snapshot.instructions());
      header.putLong(snapshot.seed());
      snapshot.memory().save(header);
      block(body, header.toByteArray());
      block(body, snapshot.state());
      pages(body, snapshot.memory());
      body.flush();
      packed.finish();
    } finally {
      deflater.end();
    }
    out.flush();
  }

  private static void block(DataOutputStream body, byte[] bytes) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    body.writeInt(bytes.length);
    body.write(bytes);
    body.writeInt((int) sum.getValue());
  }

  private static void pages(DataOutputStream body, MemoryImage memory) throws IOException {
    CRC32 sum = new CRC32();
    byte[] page = new byte[PAGE];
    int kept = memory.kept();
    for (int number = 0; number < kept; number++) {
      memory.copyOut(number, page);
      sum.update(page);
      body.write(page);
    }
    body.writeInt((int) sum.getValue());
  }

  static Snapshot read(InputStream in) throws IOException, MachineException {
    try {
      DataInputStream plain = new DataInputStream(in);
      byte[] magic = plain.readNBytes(MAGIC.length);
      if (!Arrays.equals(magic, MAGIC)) {
        boolean begun =
            magic.length > 0 && Arrays.equals(magic, Arrays.copyOf(MAGIC, magic.length));
        throw begun
            ? truncated(null)
            : new MachineException(
                "this is no snapshot of tlbscope: it does not begin like one; give a file that --save"
                    + " wrote");
      }
      int format = plain.readInt();
      if (format != FORMAT) {
        throw new MachineException(
            "the snapshot has format "
                + format
                + ", this tlbscope reads format "
                + FORMAT
                + ": restore it with the tlbscope that wrote it, or take it again with this one");
      }
      Inflater inflater = new Inflater();
      try {
        return body(new DataInputStream(new InflaterInputStream(in, inflater, BUFFER)));
      } finally {
        inflater.end();
      }
    } catch (EOFException e) {
      throw truncated(e);
    } catch (ZipException | StateException e) {
      throw damaged(e.getMessage(), e);
    }
  }

  private static Snapshot body(DataInputStream in) throws IOException, MachineException {
    StateReader header = new StateReader(block(in));
    Setup setup = Setup.load(header);
    long instructions = header.getLong();
    long seed = header.getLong();
    MemoryImage memory = MemoryImage.load(header);
    header.end();
    byte[] state = block(in);
    CRC32 sum = new CRC32();
    byte[] page = new byte[PAGE];
    int kept = memory.kept();
    for (int number = 0; number < kept; number++) {
      in.readFully(page);
      sum.update(page);
      memory.copyIn(number, page);
    }
    check(in, sum);
    if (in.read() >= 0) {
      throw damaged("something follows its end", null);
    }
    return new Snapshot(setup, state, memory, instructions, seed);
  }

  private static byte[] block(DataInputStream in) throws IOException, MachineException {
    int length = in.readInt();
    if (length < 0) {
      throw damaged("a length below 0", null);
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    CRC32 sum = new CRC32();
    sum.update(bytes);
    check(in, sum);
    return bytes;
  }

  private static void check(DataInputStream in, CRC32 sum) throws IOException, MachineException {
    if (in.readInt() != (int) sum.getValue()) {
      throw damaged("a checksum is wrong", null);
    }
  }

  private static MachineException truncated(IOException cause) {
    return new MachineException(
        "the snapshot ends too early: it was cut off when it was written or copied; copy it or take"
            + " it again",
        cause);
  }

  private static MachineException damaged(String how, Exception cause) {
    return new MachineException(
        "the snapshot is damaged (" + how + "): copy it or take it again", cause);
  }
}
