package io.tlbscope.core.vcpu;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.tlbscope.core.cpu.CpuState;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** An interrupt controller signals while the vCPU takes what it signalled before. */
public class PendingStress {
  @JCStressTest
  @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "The request was lost: not seen, not pending.")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The vCPU saw the request at once.")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "It came too late and is pending.")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Seen, and looked for once more in vain.")
  @State
  public static class Signal {
    private final Processor cpu = new Processor(0, null, new CpuState(), null);
    private int request;

    public Signal() {
      cpu.signal();
    }

    @Actor
    public void controller() {
      request = 1;
      cpu.signal();
    }

    @Actor
    public void vcpu(II_Result r) {
      if ((cpu.pending() & Processor.SIGNAL) != 0) {
        cpu.clearPending(Processor.SIGNAL);
        r.r1 = request;
      }
    }

    @Arbiter
    public void after(II_Result r) {
      r.r2 = cpu.pending() & Processor.SIGNAL;
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Each bit is its own.")
  @Outcome(expect = FORBIDDEN, desc = "Raising one event lost another.")
  @State
  public static class Bits {
    private final Processor cpu = new Processor(0, null, new CpuState(), null);

    @Actor
    public void nmi() {
      cpu.nmi();
    }

    @Actor
    public void attention() {
      cpu.attention();
    }

    @Arbiter
    public void after(II_Result r) {
      r.r1 = (cpu.pending() & Processor.NMI) / Processor.NMI;
      r.r2 = (cpu.pending() & Processor.ATTENTION) / Processor.ATTENTION;
    }
  }
}
