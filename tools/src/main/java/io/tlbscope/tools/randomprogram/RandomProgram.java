package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.tools.randomprogram.Code.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A random program: a flat 64-bit image that needs {@link #MEMORY} bytes of RAM, ends by the
 * debug-exit port with {@link #EXIT_STATUS} within {@link #MOST_INSTRUCTIONS}, and is the same for
 * the same seed.
 */
public final class RandomProgram {
  /** pa at which the image is loaded. */
  public static final long LOAD_ADDRESS = Layout.IMAGE;

  /** pa at which it is entered. */
  public static final long ENTRY = Layout.PROGRAM;

  public static final long MEMORY = Layout.MEMORY;

  /** Status of the debug-exit port: twice the value written, plus 1. */
  public static final int EXIT_STATUS = 2 * StartAndEnd.PASSED + 1;

  /** Far more than any program retires. */
  public static final long MOST_INSTRUCTIONS = 100_000_000;

  /**
   * Bytes of code.
   *
   * @param offset in the image
   * @param va where it runs
   */
  public record Piece(int offset, int length, long va, CodeMode mode) {}

  private final long seed;
  private final byte[] image;
  private final List<Piece> pieces = new ArrayList<>();

  private RandomProgram(long seed, byte[] image) {
    this.seed = seed;
    this.image = image;
  }

  /** The program of {@code seed}. */
  public static RandomProgram of(long seed) {
    // The first numbers of Random are alike for seeds that are near each other.
    Random random = new Random(new SplittableRandom(seed).nextLong());
    Program program = new Program(random);
    byte[] tables = new byte[(int) (Layout.PROGRAM - Layout.IMAGE)];
    new ProgramWriter(program, new SystemTables(tables)).write();
    for (int n = (int) (Layout.SCRATCH - Layout.IMAGE); n < Layout.SPARE - Layout.IMAGE; n++) {
      tables[n] = (byte) random.nextInt();
    }
    byte[] main = program.main.finish();
    byte[] image = new byte[tables.length + main.length];
    System.arraycopy(tables, 0, image, 0, tables.length);
    System.arraycopy(main, 0, image, tables.length, main.length);
    RandomProgram made = new RandomProgram(seed, image);
    made.add(CodeWindow.page(random), Layout.CODE_A);
    made.add(CodeWindow.page(random), Layout.CODE_B);
    made.add(program.code16, Layout.CODE_16);
    made.add(program.main, Layout.PROGRAM);
    return made;
  }

  /**
   * @param pa of the code's first byte
   */
  private void add(Code code, long pa) {
    byte[] bytes = code.finish();
    int at = (int) (pa - Layout.IMAGE);
    System.arraycopy(bytes, 0, image, at, bytes.length);
    long origin = code.va() - bytes.length;
    List<Region> regions = code.regions();
    for (int n = 0; n < regions.size(); n++) {
      Region region = regions.get(n);
      long to = n + 1 < regions.size() ? regions.get(n + 1).va() : code.va();
      if (region.mode() != null && to > region.va()) {
        pieces.add(
            new Piece(
                at + (int) (region.va() - origin),
                (int) (to - region.va()),
                region.mode() == CodeMode.BITS16 ? region.va() - Layout.CODE_16 : region.va(),
                region.mode()));
      }
    }
  }

  public long seed() {
    return seed;
  }

  /** The flat image; a copy. */
  public byte[] image() {
    return image.clone();
  }

  /** All code, data left out, by place in memory within each code page. */
  public List<Piece> pieces() {
    return List.copyOf(pieces);
  }
}
