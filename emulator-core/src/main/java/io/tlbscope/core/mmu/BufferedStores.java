package io.tlbscope.core.mmu;

import io.tlbscope.core.cpu.SeededChoice;
import io.tlbscope.core.hook.MemoryHooks;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * x86-TSO: a vCPU's stores to RAM wait here and leave for memory in program order, each at a moment
 * that the seed draws. The vCPU's own loads see them at once, other vCPUs when they have left.
 *
 * <p>What drains it, so that all leave at once (Intel SDM vol. 3A, "Store Buffer"; AMD APM vol. 2,
 * "Write Buffering"): MFENCE, locked operations, serializing and I/O instructions, memory-mapped
 * devices, exceptions and interrupts, INIT. SFENCE does not: it orders stores, and they are in
 * order. When it is full the oldest leaves.
 *
 * <p>Two readers of the vCPU are no loads. A page walk that meets an entry with buffered bytes
 * drains first: a kernel that makes a page present and uses it at once is right on every processor,
 * and A and D bits are set in memory, locked. Code never has buffered bytes: a store to a page that
 * holds decoded code is drained at once, and a page is drained before code is decoded from it.
 *
 * <p>{@code memory.store}, code marks and MONITOR follow memory, so they come when a store leaves;
 * until the hook returns {@link #rip} is that of the store.
 */
public final class BufferedStores implements Stateful {
  /** A store stays less than 2^10 ticks, short stays being as likely as long ones. */
  private static final int DOUBLINGS = 10;

  private final Vcpu owner;
  private final PhysicalMemory memory;
  private final SeededChoice choice;
  private final StoreBuffer buffer = new StoreBuffer();

  /** RIP of the store that leaves now. */
  private long rip;

  private boolean leaving;

  /**
   * @param choice draws how long each store stays
   */
  public BufferedStores(Vcpu owner, PhysicalMemory memory, SeededChoice choice) {
    this.owner = owner;
    this.memory = memory;
    this.choice = choice;
  }

  /**
   * A choice of its own for each vCPU, from the machine's seed.
   *
   * @param cpu the vCPU's index
   */
  public static SeededChoice choice(long seed, int cpu) {
    return new SeededChoice(streamSeed(seed, cpu));
  }

  private static long streamSeed(long seed, int cpu) {
    return Long.rotateLeft(seed, 32) ^ (long) cpu << 48;
  }

  /** How long the stores of from now on stay is another seed's matter. */
  public void reseed(long seed) {
    choice.reseed(streamSeed(seed, owner.index()));
  }

  /** A store to RAM, within one page. */
  void add(long va, long pa, int bytes, long value) {
    settle();
    if (buffer.full()) {
      leave();
    }
    long stay = choice.below(1 << 1 + choice.below(DOUBLINGS));
    buffer.add(pa, bytes, value, va, owner.rip(), owner.now() + stay);
    if ((memory.flags(pa) & PhysicalMemory.CODE) != 0) {
      drain();
    }
  }

  /** The bytes as the vCPU sees them; {@code stored} is what memory holds. */
  long load(long pa, int bytes, long stored) {
    return buffer.count() == 0 ? stored : buffer.forward(pa, bytes, stored);
  }

  /** Puts what waits for {@code pa ..} over {@code bytes} that were read from there. */
  public void overlay(long pa, byte[] bytes, int from, int count) {
    for (int i = 0; i < count; i++) {
      bytes[from + i] = (byte) load(pa + i, 1, bytes[from + i] & 0xFFL);
    }
  }

  /** All stores leave. */
  public void drain() {
    while (buffer.count() != 0) {
      leave();
    }
  }

  /** All stores leave if one of them has a byte of {@code pa .. pa + bytes - 1}. */
  void drain(long pa, int bytes) {
    if (buffer.count() != 0 && buffer.holds(pa, bytes)) {
      drain();
    }
  }

  /** The stores leave that are due. While their vCPU runs nobody sees whether they have left. */
  public void settle() {
    if (buffer.count() != 0) {
      long now = owner.now();
      while (buffer.due() <= now) {
        leave();
      }
    }
  }

  /** When the oldest store leaves; Long.MAX_VALUE if there is none. */
  public long due() {
    return buffer.due();
  }

  /** The oldest store becomes visible; only while there is one. */
  public void leave() {
    long va = buffer.va();
    long pa = buffer.pa();
    int bytes = buffer.bytes();
    long value = buffer.value();
    rip = buffer.rip();
    buffer.remove();
    long ha = memory.ha(pa);
    long before = SlowAccess.read(ha, bytes);
    SlowAccess.write(ha, bytes, value);
    int flags = memory.flags(pa);
    if ((flags & PhysicalMemory.WATCH_STORES) != 0) {
      leaving = true;
      try {
        MemoryHooks.store(owner, va, pa, bytes, before, value);
      } finally {
        leaving = false;
      }
    }
    if ((flags & PhysicalMemory.CODE) != 0) {
      memory.codeStored(pa, bytes);
    }
  }

  /** A hook is being told of a store that leaves. */
  public boolean leaving() {
    return leaving;
  }

  /** Offset of the instruction that made the store, while {@link #leaving}. */
  public long rip() {
    return rip;
  }

  @Override
  public void save(StateWriter to) {
    to.tag("stores");
    to.put(choice);
    to.put(buffer);
  }

  @Override
  public void load(StateReader from) {
    from.tag("stores");
    from.get(choice);
    from.get(buffer);
  }
}
