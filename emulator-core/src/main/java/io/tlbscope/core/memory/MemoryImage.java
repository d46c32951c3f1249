package io.tlbscope.core.memory;

import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What RAM held at one moment, outside the Java heap, and which pages were marked as code. Pages
 * that hold nothing but zeros take no room. Never changes once it is made; any number of machines
 * may take it over.
 */
public final class MemoryImage {
  private static final int PAGE = 4096;

  /** Stands for a page of zeros in {@link #places}. */
  private static final int ZERO = -1;

  private static final Arena ALWAYS = Arena.global();
  private static final long ZEROS = HostMemory.table(ALWAYS, PAGE);

  /** Holds the pages; they go with the last user of this object. */
  private final Arena arena = Arena.ofAuto();

  /** Where each page's bytes are, as a number of a page behind {@link #base}. */
  private final int[] places;

  private final long base;
  private final BitSet code;

  private MemoryImage(int[] places, int kept, BitSet code) {
    this.places = places;
    this.base = kept == 0 ? 0 : HostMemory.table(arena, (long) kept * PAGE);
    this.code = code;
  }

  /** Of {@code pages} pages from host address {@code ram} on. */
  static MemoryImage of(long ram, int pages, BitSet code) {
    int[] places = new int[pages];
    int kept = 0;
    for (int page = 0; page < pages; page++) {
      boolean zero = HostMemory.same(ram + (long) page * PAGE, ZEROS, PAGE);
      places[page] = zero ? ZERO : kept++;
    }
    MemoryImage image = new MemoryImage(places, kept, code);
    for (int page = 0; page < pages; page++) {
      if (places[page] != ZERO) {
        HostMemory.copy(ram + (long) page * PAGE, image.ha(page), PAGE);
      }
    }
    return image;
  }

  int pages() {
    return places.length;
  }

  /** The page holds decoded code. */
  boolean code(int page) {
    return code.get(page);
  }

  /** Host address of a page's bytes, which are not to be changed. */
  long ha(int page) {
    return places[page] == ZERO ? ZEROS : base + (long) places[page] * PAGE;
  }

  /** The image, and the bytes of the pages that are not zero. */
  public void save(StateWriter to) {
    to.tag("memory image");
    to.putInt(places.length);
    to.putLongs(code.toLongArray());
    BitSet kept = new BitSet(places.length);
    for (int page = 0; page < places.length; page++) {
      kept.set(page, places[page] != ZERO);
    }
    to.putLongs(kept.toLongArray());
  }

  /** What {@link #save} wrote; the pages' bytes are then to be given by {@link #page}. */
  public static MemoryImage load(StateReader from) {
    from.tag("memory image");
    int[] places = new int[from.getCount(Integer.MAX_VALUE - 8)];
    BitSet code = BitSet.valueOf(from.getLongs());
    BitSet kept = BitSet.valueOf(from.getLongs());
    if (code.length() > places.length || kept.length() > places.length) {
      throw new StateException("pages behind the end of RAM are said to be in use");
    }
    Arrays.fill(places, ZERO);
    int number = 0;
    for (int page = kept.nextSetBit(0); page >= 0; page = kept.nextSetBit(page + 1)) {
      places[page] = number++;
    }
    return new MemoryImage(places, number, code);
  }

  /** Pages that are not zero. */
  public int kept() {
    int kept = 0;
    for (int place : places) {
      kept += place == ZERO ? 0 : 1;
    }
    return kept;
  }

  /** Copies the bytes of kept page {@code number}, 0.. in order of addresses. */
  public void copyOut(int number, byte[] page) {
    HostMemory.copyOut(base + (long) number * PAGE, page, 0, PAGE);
  }

  /** Gives kept page {@code number} its bytes, before anybody uses the image. */
  public void copyIn(int number, byte[] page) {
    HostMemory.copyIn(page, 0, base + (long) number * PAGE, PAGE);
  }
}
