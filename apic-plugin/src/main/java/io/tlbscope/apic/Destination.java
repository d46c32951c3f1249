package io.tlbscope.apic;

/**
 * Does a message's destination name this local APIC? (Intel SDM vol. 3A, 11.6.2 and 11.12.10.)
 *
 * <pre>
 * physical          8 bits = xAPIC ID, FFh all            32 bits = x2APIC ID, FFFFFFFFh all
 * logical flat      8 bits &amp; LDR
 * logical cluster   4 bits cluster (Fh all), 4 bits members
 * logical x2APIC    16 bits cluster, 16 bits members
 * </pre>
 */
final class Destination {
  private static final long BROADCAST_XAPIC = 0xFF, BROADCAST_X2APIC = 0xFFFF_FFFFL;
  private static final int FLAT = 0xF, CLUSTER = 0;

  private Destination() {}

  /**
   * @param destination unsigned
   * @param wide the sender uses 32-bit destinations
   */
  static boolean names(LocalApic target, long destination, boolean logical, boolean wide) {
    if (destination == (wide ? BROADCAST_X2APIC : BROADCAST_XAPIC)) {
      return true;
    }
    if (!logical) {
      return destination == target.id();
    }
    return target.mode() == ApicMode.X2APIC
        ? x2(target.ldr(), destination)
        : xapic(target.ldr(), target.dfr(), destination);
  }

  private static boolean x2(int ldr, long destination) {
    return ldr >>> 16 == destination >>> 16 && (ldr & destination & 0xFFFF) != 0;
  }

  private static boolean xapic(int ldr, int dfr, long destination) {
    int own = ldr >>> 24;
    int model = dfr >>> 28;
    if (model == FLAT) {
      return (own & destination & 0xFF) != 0;
    }
    // Models other than flat and cluster are reserved and name nobody.
    boolean cluster =
        model == CLUSTER
            && destination >> 4 <= 0xF
            && (destination >> 4 == 0xF || destination >> 4 == own >> 4);
    return cluster && (own & destination & 0xF) != 0;
  }
}
