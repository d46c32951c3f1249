package io.tlbscope.core.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/** Locked operations of two vCPUs on the same bytes, and beside each other's. */
public class AtomicsStress {
  static final long FIRST = 0x0000_0001_0000_0001L;

  /** The way that the machine takes. */
  static long add(long ha, int bytes, long operand) {
    return Atomics.inOneWord(ha, bytes)
        ? Atomics.apply(AtomicKind.ADD, ha, bytes, 0, operand)
        : SplitLock.apply(AtomicKind.ADD, ha, bytes, 0, operand);
  }

  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE, desc = "Both additions count.")
  @Outcome(expect = FORBIDDEN, desc = "One addition was lost.")
  @State
  public static class Aligned {
    private final long ha = StressMemory.lines();

    @Actor
    public void first() {
      add(ha, 4, 1);
    }

    @Actor
    public void second() {
      add(ha, 4, 1);
    }

    @Arbiter
    public void sum(J_Result r) {
      r.r1 = HostMemory.getInt(ha);
    }
  }

  @JCStressTest
  @Outcome(
      id = "1, 7",
      expect = ACCEPTABLE,
      desc = "The misaligned addition carries along neither an old nor a torn neighbour.")
  @Outcome(expect = FORBIDDEN, desc = "The neighbour's plain store was undone.")
  @State
  public static class InsideAWord {
    private final long ha = StressMemory.lines();

    @Actor
    public void atomic() {
      add(ha + 1, 4, 1);
    }

    @Actor
    public void neighbour() {
      HostMemory.storeByte(ha + 5, (byte) 7);
    }

    @Arbiter
    public void both(JJ_Result r) {
      r.r1 = HostMemory.getInt(ha + 1);
      r.r2 = HostMemory.getByte(ha + 5);
    }
  }

  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE, desc = "Both additions across the cache line count.")
  @Outcome(expect = FORBIDDEN, desc = "A split lock was not indivisible.")
  @State
  public static class SplitAgainstSplit {
    private final long ha = StressMemory.lines() + 60;

    @Actor
    public void first() {
      add(ha, 8, FIRST);
    }

    @Actor
    public void second() {
      add(ha, 8, FIRST);
    }

    @Arbiter
    public void sum(J_Result r) {
      r.r1 = HostMemory.getLong(ha) == 2 * FIRST ? 2 : HostMemory.getLong(ha);
    }
  }

  @JCStressTest
  @Outcome(
      id = "1, 7",
      expect = ACCEPTABLE,
      desc = "The plain store stands, whichever came first; the addition does too.")
  @Outcome(expect = FORBIDDEN, desc = "The plain store was undone by half a split lock.")
  @State
  public static class SplitAgainstStore {
    private final long ha = StressMemory.lines() + 62;

    @Actor
    public void split() {
      add(ha, 4, 1);
    }

    @Actor
    public void store() {
      HostMemory.storeByte(ha + 3, (byte) 7);
    }

    @Arbiter
    public void both(JJ_Result r) {
      r.r1 = HostMemory.getShort(ha);
      r.r2 = HostMemory.getByte(ha + 3) == 7 ? 7 : 99;
    }
  }

  @JCStressTest
  @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "Neither exchange found what was there.")
  @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "Both exchanges took the same value away.")
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = ACCEPTABLE,
      desc = "One compare and exchange of 16 bytes succeeds.")
  @State
  public static class Wide {
    private final long ha = StressMemory.lines();

    @Actor
    public void first(JJ_Result r) {
      r.r1 = SplitLock.compareExchange128(ha, new long[] {0, 0, 1, 1}) ? 1 : 0;
    }

    @Actor
    public void second(JJ_Result r) {
      r.r2 = SplitLock.compareExchange128(ha, new long[] {0, 0, 2, 2}) ? 1 : 0;
    }
  }
}
