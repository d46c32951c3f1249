package io.tlbscope.core.mmu;

import io.tlbscope.core.cpu.EmulatorError;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sizes of a vCPU's TLB arrays and paging-structure caches, as {@code --tlb} gives them.
 *
 * <pre>
 *   default | unbounded | NAME=ENTRIESxWAYS[,NAME=ENTRIESxWAYS ...]     what is not named keeps its default
 *
 *   name       default    holds
 *   l1d        64x4       data translations of 4 KiB pages
 *   l1d-large  32x4       data translations of 2 MiB, 4 MiB and 1 GiB pages
 *   l1i        64x8       code translations of 4 KiB pages
 *   l1i-large  8x8        code translations of larger pages
 *   l2         1536x12    both, of all sizes
 *   pml5e      4x4        paging-structure cache: bits 56..48 of an address to its PML4 (5-level paging)
 *   pml4e      4x4        bits 47..39 to the PDPT
 *   pdpte      16x4       bits 47..30 to the page directory
 *   pde        32x4       bits 47..21 to the page table
 * </pre>
 *
 * ENTRIES is the total, so {@code l1d=64x4} has 64 entries in 16 sets of 4 ways; ENTRIES/WAYS is a
 * power of two. {@code unbounded} keeps every translation and every paging-structure entry until it
 * is invalidated.
 *
 * @param unbounded if true, the arrays are not looked at
 */
public record TlbGeometry(
    boolean unbounded,
    Array l1d,
    Array l1dLarge,
    Array l1i,
    Array l1iLarge,
    Array l2,
    Array pml5e,
    Array pml4e,
    Array pdpte,
    Array pde) {

  /** One set-associative array. */
  public record Array(int entries, int ways) {
    public int sets() {
      return entries / ways;
    }
  }

  private static final int MAX_ENTRIES = 1 << 20;

  public static final TlbGeometry DEFAULT = from(defaults(), false);
  public static final TlbGeometry UNBOUNDED = from(defaults(), true);

  /**
   * Reads the text of {@code --tlb}.
   *
   * @throws EmulatorError {@code tlb-geometry}, with the cause and what would be right
   */
  public static TlbGeometry parse(String text) {
    String trimmed = text.trim();
    if (trimmed.equals("default")) {
      return DEFAULT;
    }
    if (trimmed.equals("unbounded")) {
      return UNBOUNDED;
    }
    Map<String, Array> arrays = defaults();
    for (String part : trimmed.split(",", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part.trim() : part.substring(0, equals).trim();
      if (equals < 0 || !arrays.containsKey(name)) {
        throw error(
            text,
            "'"
                + name
                + "' is none of default, unbounded, NAME=ENTRIESxWAYS with NAME one of "
                + arrays.keySet());
      }
      arrays.put(name, array(text, name, part.substring(equals + 1).trim()));
    }
    return from(arrays, false);
  }

  private static Array array(String text, String name, String size) {
    int x = size.indexOf('x');
    int entries = x < 0 ? -1 : number(size.substring(0, x));
    int ways = x < 0 ? -1 : number(size.substring(x + 1));
    if (entries < 0 || ways < 0) {
      throw error(
          text, name + "=" + size + " is not ENTRIESxWAYS, two numbers from 1 to " + MAX_ENTRIES);
    }
    if (entries % ways != 0 || Integer.bitCount(entries / ways) != 1) {
      throw error(
          text,
          name + "=" + size + ": " + entries + "/" + ways + " sets, which must be a power of two");
    }
    return new Array(entries, ways);
  }

  /** 1..MAX_ENTRIES, or -1. */
  private static int number(String digits) {
    if (!digits.matches("[0-9]{1,7}")) {
      return -1;
    }
    int value = Integer.parseInt(digits);
    return value < 1 || value > MAX_ENTRIES ? -1 : value;
  }

  private static EmulatorError error(String text, String cause) {
    return new EmulatorError("tlb-geometry", "--tlb " + text + ": " + cause);
  }

  private static Map<String, Array> defaults() {
    Map<String, Array> arrays = new LinkedHashMap<>();
    arrays.put("l1d", new Array(64, 4));
    arrays.put("l1d-large", new Array(32, 4));
    arrays.put("l1i", new Array(64, 8));
    arrays.put("l1i-large", new Array(8, 8));
    arrays.put("l2", new Array(1536, 12));
    arrays.put("pml5e", new Array(4, 4));
    arrays.put("pml4e", new Array(4, 4));
    arrays.put("pdpte", new Array(16, 4));
    arrays.put("pde", new Array(32, 4));
    return arrays;
  }

  private static TlbGeometry from(Map<String, Array> a, boolean unbounded) {
    return new TlbGeometry(
        unbounded,
        a.get("l1d"),
        a.get("l1d-large"),
        a.get("l1i"),
        a.get("l1i-large"),
        a.get("l2"),
        a.get("pml5e"),
        a.get("pml4e"),
        a.get("pdpte"),
        a.get("pde"));
  }
}
