package io.tlbscope.core.hook;

/** Seams of the architectural TLB. */
public final class TlbHooks {
  private TlbHooks() {}

  @HookPoint(
      id = "tlb.fill",
      when = "a page walk put an entry into the TLB",
      frequency = "each TLB miss that finds a translation",
      exact =
          "registers before the instruction; RIP is the instruction's (the target's on a fetch)")
  public static void fill(Vcpu cpu, TlbEntry entry, Access access) {}

  @HookPoint(
      id = "tlb.evict",
      when = "an entry left the TLB for want of room",
      frequency = "each eviction of an entry's last copy",
      exact = "as tlb.fill")
  public static void evict(Vcpu cpu, TlbEntry entry) {}

  @HookPoint(
      id = "tlb.drop",
      when = "an entry was removed by an invalidation, once an entry",
      frequency = "each entry removed, between tlb.invalidate and the next instruction",
      exact = "registers before the instruction; RIP is the instruction's")
  public static void drop(Vcpu cpu, TlbEntry entry, Invalidation why) {}

  @HookPoint(
      id = "tlb.invalidate",
      when = "an invalidation was carried out, after its tlb.drop events",
      frequency = "each invalidating instruction",
      exact =
          "registers before the instruction; va and pcid are -1 where the operation has none; dropped counts TLB entries")
  public static void invalidate(Vcpu cpu, Invalidation why, long va, int pcid, int dropped) {}

  @HookPoint(
      id = "tlb.use",
      when = "an access is about to go through an entry that a plugin watches (TlbControl.watch)",
      frequency = "each access through a watched entry",
      exact = "registers before the instruction; RIP is the instruction's")
  public static void use(Vcpu cpu, TlbEntry entry, long va, Access access) {}

  @HookPoint(
      id = "tlb.walk",
      when = "a page walk ended, found or not",
      frequency = "each TLB miss",
      exact =
          "as tlb.fill; pa is -1 where the walk found no translation; steps counts the structures read")
  public static void walk(Vcpu cpu, long va, Access access, long pa, int steps) {}
}
