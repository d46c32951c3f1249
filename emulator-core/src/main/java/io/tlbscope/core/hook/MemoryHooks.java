package io.tlbscope.core.hook;

/** Seams of physical memory: pages that a plugin serves, and stores and loads on watched pages. */
public final class MemoryHooks {
  private MemoryHooks() {}

  @HookPoint(
      id = "mmio.claims",
      when =
          "a translation is about to enter the engine's look-aside, and on each access to a page that is not RAM",
      frequency = "each look-aside miss",
      exact = "nothing but the vCPU's identity",
      mayChange =
          "true if a plugin serves this 4 KiB page for this vCPU; later accesses then call mmio.read and mmio.write")
  public static boolean claims(Vcpu cpu, long paPage) {
    return false;
  }

  @HookPoint(
      id = "mmio.read",
      when = "a load or fetch of a claimed page",
      frequency = "each such access",
      exact = "registers before the instruction; RIP is the instruction's",
      mayChange = "the claim; value[0] is the result when DONE")
  public static Claim mmioRead(Vcpu cpu, long pa, int size, long[] value) {
    return Claim.NONE;
  }

  @HookPoint(
      id = "mmio.write",
      when = "a store to a claimed page",
      frequency = "each such access",
      exact = "registers before the instruction; RIP is the instruction's",
      mayChange = "the claim")
  public static Claim mmioWrite(Vcpu cpu, long pa, int size, long value) {
    return Claim.NONE;
  }

  @HookPoint(
      id = "memory.load",
      when = "a load from a page watched for loads, value read (page walks excluded)",
      frequency = "each load from a watched page",
      exact = "registers before the instruction; RIP is the instruction's")
  public static void load(Vcpu cpu, long va, long pa, int size, long value) {}

  @HookPoint(
      id = "memory.store",
      when =
          "a store to a page watched for stores, after the bytes changed; A/D updates by the walker excluded",
      frequency = "each store to a watched page",
      exact =
          "registers before the instruction; RIP is the instruction's. With --memory-order tso the store has left the store buffer: RIP is that of the instruction that made it, all else is the vCPU's present state")
  public static void store(Vcpu cpu, long va, long pa, int size, long before, long after) {}
}
