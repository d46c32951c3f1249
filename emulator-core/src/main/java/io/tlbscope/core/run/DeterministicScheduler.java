package io.tlbscope.core.run;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.SeededChoice;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * All vCPUs on the calling thread, in slices whose owner and length the seed chooses. One retired
 * instruction is one tick, whoever retires it, so that time orders every event of the machine: what
 * comes later has the greater time. While all vCPUs sleep, time jumps to the next timer.
 */
final class DeterministicScheduler implements Scheduler {
  /** Between two looks at the host's clock for progress: instructions, a slice for 128 of them. */
  private static final long BETWEEN_REPORTS = 1 << 21;

  private static final int SLICE_COUNTS = 128;

  /**
   * Slice of a vCPU while all others sleep: nobody is there to be interleaved with. It ends as soon
   * as another one has something to wake for.
   */
  private static final long ALONE = 1 << 20;

  /**
   * Times that the clock jumps while every vCPU sleeps with interrupts disabled, before the machine
   * counts as dead: a timer whose interrupt nobody takes would else go on for ever, and only an NMI
   * or INIT could end it.
   */
  private static final int MOST_DEAF_JUMPS = 1 << 16;

  private final Processor[] cpus;
  private final Engine[] engines;
  private final Consumer<Processor> service;
  private final Slices slices;
  private final long maxInstructions;
  private final TimerQueue timers = new TimerQueue();

  /** Null if stores are visible at once. */
  private final StoreDrain drain;

  /**
   * The vCPUs that can run, in the first {@link #awakeCount} places; order is the history's, and so
   * replays.
   */
  private final Processor[] awake;

  /** Place of each vCPU in {@link #awake}, -1 while it sleeps. */
  private final int[] place;

  private int awakeCount;
  private boolean attention = true;
  private volatile boolean stop;

  /** Time and instructions at the start of the running slice. */
  private long clock;

  private long instructions;

  /** Exceptions of slices that retired nothing, and idle ticks; they count against the limit. */
  private long stuck;

  /** The running slice is that of the only vCPU awake. */
  private boolean alone;

  /** The running slice ends before its length: an interaction has cut it. */
  private boolean cut;

  /** The schedule, not the vCPU, ends the running slice. */
  private boolean ended;

  private int deafJumps;

  /** Jumps of the clock since a vCPU was awake. */
  private int idleJumps;

  private Processor running;
  private Processor last;

  /** vCPUs asleep in MWAIT: any store may wake them. */
  private int monitoring;

  private long runningRetired;

  /**
   * @param service takes a sleeping vCPU's pending events, which may wake it
   * @param quantum mean slice in instructions, 1..2^30; 0 for slices that adapt, see {@link Slices}
   */
  DeterministicScheduler(
      Processor[] cpus,
      Engine[] engines,
      Consumer<Processor> service,
      long seed,
      int quantum,
      long maxInstructions) {
    this.cpus = cpus;
    this.drain = StoreDrain.of(cpus);
    this.engines = engines;
    this.service = service;
    this.slices = new Slices(new SeededChoice(seed), quantum, cpus.length);
    this.maxInstructions = maxInstructions;
    this.awake = new Processor[cpus.length];
    this.place = new int[cpus.length];
    this.last = cpus[0];
    Arrays.fill(place, -1);
    for (Processor cpu : cpus) {
      cpu.onInteraction = this::interaction;
    }
  }

  @Override
  public String name() {
    return "deterministic";
  }

  @Override
  public Ending run(Progress progress) {
    long untilReport = BETWEEN_REPORTS;
    while (!stop) {
      if (timers.nextDeadline() <= clock) {
        timers.fire(clock);
      }
      if (drain != null) {
        drain.until(clock);
      }
      if ((attention || monitoring > 0) && wakeSleepers()) {
        return Ending.SHUTDOWN;
      }
      if (stop || timers.nextDeadline() <= clock) {
        // A timer's action stopped the machine, or a plugin scheduled while a sleeper was looked
        // at.
        continue;
      }
      if (awakeCount == 0) {
        if (attention) {
          continue;
        }
        long next = timers.nextDeadline();
        long due = drain == null ? Long.MAX_VALUE : drain.due(StoreDrain.NOBODY);
        if (due < next) {
          clock = due;
          continue;
        }
        if (next == Long.MAX_VALUE || deaf() && ++deafJumps > MOST_DEAF_JUMPS) {
          return Ending.ALL_ASLEEP;
        }
        // A timer whose interrupt is masked may tick for ever: such ticks use up the limit.
        if (++idleJumps > MOST_DEAF_JUMPS) {
          idleJumps = MOST_DEAF_JUMPS;
          if (instructions + ++stuck >= maxInstructions) {
            return Ending.LIMIT;
          }
        }
        clock = Math.max(clock, next);
        continue;
      }
      deafJumps = 0;
      idleJumps = 0;
      if (instructions + stuck >= maxInstructions) {
        return Ending.LIMIT;
      }
      alone = awakeCount == 1 && monitoring == 0;
      Processor cpu = awakeCount == 1 ? awake[0] : slices.next(awake, awakeCount);
      long before = instructions;
      slice(cpu, Math.min(alone ? ALONE : slices.length(), maxInstructions - instructions));
      if (cpu.activity != Activity.RUNNING) {
        if (cpu.activity == Activity.SHUTDOWN) {
          return Ending.SHUTDOWN;
        }
        sleep(cpu);
      } else if (cut) {
        slices.cut(cpu);
      }
      untilReport -= SLICE_COUNTS + instructions - before;
      if (untilReport <= 0) {
        untilReport = BETWEEN_REPORTS;
        progress.at(instructions, clock);
      }
    }
    return Ending.STOPPED;
  }

  /** Runs one vCPU for a slice, cut short where a timer is due. */
  private void slice(Processor cpu, long length) {
    long budget = Math.max(1, Math.min(length, timers.nextDeadline() - clock));
    running = cpu;
    last = cpu;
    runningRetired = cpu.s.retired;
    long delivered = cpu.delivered;
    cpu.yield = false;
    cut = false;
    ended = false;
    try {
      if (drain == null) {
        engines[cpu.index()].run(budget);
      } else {
        runAmongStores(cpu, budget);
      }
    } finally {
      long done = cpu.s.retired - runningRetired;
      running = null;
      clock += done;
      instructions += done;
      if (done == 0) {
        // A handler that faults at its first instruction: time goes on, so that timers, and the
        // limit, come.
        clock += cpu.delivered - delivered;
        stuck += cpu.delivered - delivered;
      }
    }
    slices.ended(cpu, cpu.yield && !ended && cpu.activity == Activity.RUNNING);
  }

  /** Runs a slice in pieces, so that other vCPUs' stores become visible when they are due. */
  private void runAmongStores(Processor cpu, long budget) {
    long end = cpu.s.retired + budget;
    long before;
    do {
      before = cpu.s.retired;
      engines[cpu.index()].run(Math.min(end - before, drain.due(cpu.index()) - now()));
      drain.until(now());
    } while (cpu.s.retired < end
        && cpu.s.retired != before
        && !cpu.yield
        && cpu.activity == Activity.RUNNING);
  }

  /** No vCPU would take a maskable interrupt. */
  private boolean deaf() {
    for (Processor cpu : cpus) {
      if (cpu.halted()
          && ((cpu.s.flags.system() & CpuState.IF) != 0 || cpu.activity == Activity.MWAIT)) {
        return false;
      }
    }
    return true;
  }

  /** True if a vCPU shut down over the event that woke it. */
  private boolean wakeSleepers() {
    attention = false;
    monitoring = 0;
    for (Processor cpu : cpus) {
      if (place[cpu.index()] >= 0) {
        continue;
      }
      boolean watches = cpu.activity == Activity.MWAIT;
      if (watches || cpu.activity != Activity.RUNNING && cpu.pending() != 0) {
        service.accept(cpu);
      }
      if (cpu.activity == Activity.MWAIT) {
        monitoring++;
      }
      if (cpu.activity == Activity.RUNNING) {
        place[cpu.index()] = awakeCount;
        awake[awakeCount++] = cpu;
        if (watches) {
          slices.interaction();
        }
        slices.timer(cpu);
      } else if (cpu.activity == Activity.SHUTDOWN) {
        last = cpu;
        return true;
      }
    }
    return false;
  }

  private void sleep(Processor cpu) {
    int hole = place[cpu.index()];
    Processor last = awake[--awakeCount];
    awake[hole] = last;
    place[last.index()] = hole;
    place[cpu.index()] = -1;
    slices.asleep(cpu);
    if (cpu.pending() != 0 || cpu.activity == Activity.MWAIT) {
      attention = true;
    }
  }

  @Override
  public void stop() {
    stop = true;
    endSlice();
  }

  /** Ends the running slice, if there is one, behind the instruction that runs. */
  private void endSlice() {
    Processor cpu = running;
    if (cpu != null) {
      ended = true;
      cpu.yield = true;
      cpu.leaveBlock = true;
    }
  }

  /** The running vCPU does what others race with. */
  private void interaction() {
    if (slices.interaction() && running != null && !alone) {
      cut = true;
      endSlice();
    }
  }

  @Override
  public void attention(Processor cpu) {
    if (cpu == running) {
      return;
    }
    attention = true;
    if (running == null) {
      if (place[cpu.index()] >= 0) {
        slices.timer(cpu);
      }
      return;
    }
    slices.posted(cpu);
    interaction();
    if (alone) {
      endSlice();
    }
  }

  @Override
  public long now() {
    Processor cpu = running;
    return cpu == null ? clock : clock + cpu.retired() - runningRetired;
  }

  @Override
  public long schedule(long deadline, Runnable action) {
    // A timer due inside the running slice must end it in time.
    if (deadline < timers.nextDeadline()) {
      endSlice();
    }
    return timers.schedule(deadline, action);
  }

  @Override
  public void cancel(long handle) {
    timers.cancel(handle);
  }

  @Override
  public Processor last() {
    return last;
  }

  @Override
  public boolean idle() {
    return awakeCount == 0;
  }

  @Override
  public long instructions() {
    Processor cpu = running;
    return cpu == null ? instructions : instructions + cpu.retired() - runningRetired;
  }
}
