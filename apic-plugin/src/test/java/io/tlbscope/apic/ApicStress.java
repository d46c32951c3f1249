package io.tlbscope.apic;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.tlbscope.core.hook.Vcpu;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** IPIs reach a local APIC through the seams while its vCPU takes interrupts from it. */
public class ApicStress {
  private static final int BASE = 0x1B, ICR = 0x830, SVR = 0x80F, IRR = 0x820;
  private static final int FIRST = 0x41, SECOND = 0x52;

  /** Three vCPUs in x2APIC mode. */
  static class Three {
    final FakeMachine machine = new FakeMachine(3);

    Three() {
      machine.state = new ApicMachine(machine, true, false);
      for (int i = 0; i < 3; i++) {
        write(i, BASE, 0xFEE0_0C00L | (i == 0 ? 0x100 : 0));
        write(i, SVR, 0x1FF);
      }
    }

    final void write(int cpu, int msr, long value) {
      ApicHooks.writeMsr(null, machine.vcpu(cpu), msr, value);
    }

    /** Sends a fixed interrupt to vCPU 0. */
    final void send(int from, int vector) {
      write(from, ICR, 0x4000 | vector);
    }

    /** 1 if vCPU 0's IRR has the vector. */
    final int requested(int vector) {
      long[] value = new long[1];
      ApicHooks.readMsr(null, machine.vcpu(0), IRR + (vector >> 5), value);
      return (int) (value[0] >>> (vector & 31)) & 1;
    }

    /** What vCPU 0 is given; -1 if nothing. */
    final int take() {
      Vcpu cpu = machine.vcpu(0);
      return ApicHooks.pending(false, cpu) ? ApicHooks.poll(-1, cpu) : -1;
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Both requests stand.")
  @Outcome(expect = FORBIDDEN, desc = "One sender undid the other's IRR bit.")
  @State
  public static class TwoSenders {
    private final Three three = new Three();

    @Actor
    public void first() {
      three.send(1, FIRST);
    }

    @Actor
    public void second() {
      three.send(2, FIRST + 1);
    }

    @Arbiter
    public void after(II_Result r) {
      r.r1 = three.requested(FIRST);
      r.r2 = three.requested(FIRST + 1);
    }
  }

  @JCStressTest
  @Outcome(id = "65, 0, 1", expect = ACCEPTABLE, desc = "Taken before the other came.")
  @Outcome(id = "82, 1, 0", expect = ACCEPTABLE, desc = "The later, more urgent one was first.")
  @Outcome(expect = FORBIDDEN, desc = "A request was lost, or taken twice.")
  @State
  public static class SetAgainstTake {
    private final Three three = new Three();

    public SetAgainstTake() {
      three.send(1, FIRST);
    }

    @Actor
    public void sender() {
      three.send(2, SECOND);
    }

    @Actor
    public void vcpu(III_Result r) {
      r.r1 = three.take();
    }

    @Arbiter
    public void after(III_Result r) {
      r.r2 = three.requested(FIRST);
      r.r3 = three.requested(SECOND);
    }
  }

  @JCStressTest
  @Outcome(id = "65, 0", expect = ACCEPTABLE, desc = "Merged into the request that was taken.")
  @Outcome(id = "65, 1", expect = ACCEPTABLE, desc = "Came after it was taken and waits.")
  @Outcome(expect = FORBIDDEN, desc = "The vCPU was given nothing.")
  @State
  public static class SameVector {
    private final Three three = new Three();

    public SameVector() {
      three.send(1, FIRST);
    }

    @Actor
    public void sender() {
      three.send(2, FIRST);
    }

    @Actor
    public void vcpu(II_Result r) {
      r.r1 = three.take();
    }

    @Arbiter
    public void after(II_Result r) {
      r.r2 = three.requested(FIRST);
    }
  }
}
