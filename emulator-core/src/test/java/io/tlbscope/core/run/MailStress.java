package io.tlbscope.core.run;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.vcpu.Processor;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A request to a vCPU's own thread (drop a page from the look-aside) while that looks. */
public class MailStress {
  private static VcpuThread thread() {
    Processor cpu = new Processor(0, null, new CpuState(), null);
    ParallelWorld world = new ParallelWorld();
    Engine none = budget -> 0;
    return new ParallelScheduler(new Processor[] {cpu}, new Engine[] {none}, world, Long.MAX_VALUE)
        .thread(0);
  }

  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The vCPU did it before it went on.")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "It came too late; the vCPU is told to look.")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Done, and looked for once more in vain.")
  @Outcome(expect = FORBIDDEN, desc = "Waits unnoticed, or was done twice.")
  @State
  public static class Noticed {
    private final VcpuThread vcpu = thread();
    private int done;

    @Actor
    public void poster() {
      vcpu.post(() -> done++, false);
    }

    @Actor
    public void owner(II_Result r) {
      if ((vcpu.cpu.pending() & Processor.ATTENTION) != 0) {
        vcpu.attend();
      }
      r.r1 = done;
    }

    @Arbiter
    public void after(II_Result r) {
      r.r2 = (vcpu.cpu.pending() & Processor.ATTENTION) != 0 ? 1 : 0;
    }
  }

  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "What was posted before the news is done.")
  @Outcome(expect = FORBIDDEN, desc = "The vCPU knew of the news and used what it had to drop.")
  @State
  public static class Ordered {
    private final VcpuThread vcpu = thread();
    private volatile boolean news;
    private boolean dropped;

    @Actor
    public void poster() {
      vcpu.post(() -> dropped = true, false);
      news = true;
    }

    @Actor
    public void owner(Z_Result r) {
      boolean told = news;
      if (vcpu.cpu.pending() != 0) {
        vcpu.attend();
      }
      r.r1 = !told || dropped;
    }
  }

  @JCStressTest
  @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "Asleep, and the event goes unheard.")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The sleeper saw the event and stays awake.")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "It sleeps, and is woken.")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Both: a wake-up for nothing.")
  @State
  public static class Wake {
    private final VcpuThread vcpu = thread();

    @Actor
    public void waker(II_Result r) {
      vcpu.wakeups.getAndIncrement();
      r.r2 = vcpu.asleepAt >= 0 ? 1 : 0;
    }

    @Actor
    public void sleeper(II_Result r) {
      vcpu.asleepAt = 0;
      r.r1 = vcpu.wakeups.get() != 0 ? 1 : 0;
    }
  }
}
