package io.tlbscope.core.run;

import io.tlbscope.core.cpu.SeededChoice;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
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

  private final Processor[] cpus;
  private final Engine[] engines;
  private final Consumer<Processor> service;
  private final Slices slices;

  /** Who decides: {@link #slices}, or an exploration. */
  private Schedule schedule;

  private long maxInstructions;
  private final TimerQueue timers = new TimerQueue();

  /** Null if stores are visible at once. */
  private final StoreDrain drain;

  private final Awake awake;
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

  private final IdleJumps idle = new IdleJumps();

  private Processor running;
  private Processor last;

  /** vCPUs asleep in MWAIT: any store may wake them. */
  private int monitoring;

  private long runningRetired;

  /** A pause was asked for in the running slice. */
  private boolean pausing;

  /** Where the next pause is, in instructions; it is over once {@link #paused}. */
  private long pauseAt = Long.MAX_VALUE;

  private boolean paused;

  /** The vCPU whose slice a pause has interrupted, or null, and what is left of the slice. */
  private Processor interrupted;

  private long rest;

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
    this.slices = new Slices(new SeededChoice(seed), quantum, cpus);
    this.schedule = slices;
    this.maxInstructions = maxInstructions;
    this.awake = new Awake(cpus);
    this.last = cpus[0];
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
      if (pausing || !paused && instructions >= pauseAt) {
        paused |= instructions >= pauseAt;
        pausing = false;
        return Ending.PAUSED;
      }
      long before = instructions;
      Ending ending = turn();
      if (ending != null) {
        return ending;
      }
      untilReport -= SLICE_COUNTS + instructions - before;
      if (untilReport <= 0) {
        untilReport = BETWEEN_REPORTS;
        progress.at(instructions, clock);
      }
    }
    return Ending.STOPPED;
  }

  /** Timers, sleepers and a slice, or the rest of one; why that was the last, or null. */
  private Ending turn() {
    Processor cpu = interrupted;
    long length = rest;
    if (cpu == null) {
      if (timers.nextDeadline() <= clock) {
        timers.fire(clock);
      }
      if (drain != null) {
        drain.until(clock);
      }
      if ((attention || monitoring > 0 && looks()) && wakeSleepers()) {
        return Ending.SHUTDOWN;
      }
      if (stop || timers.nextDeadline() <= clock) {
        // A timer's action stopped the machine, or a plugin scheduled while a sleeper was looked
        // at.
        return null;
      }
      if (awake.count() == 0) {
        return jump();
      }
      idle.over();
    }
    if (instructions + stuck >= maxInstructions) {
      return Ending.LIMIT;
    }
    if (cpu == null) {
      alone = awake.count() == 1 && monitoring == 0;
      cpu = awake.count() == 1 ? awake.list()[0] : schedule.next(awake.list(), awake.count());
      length = length();
      // Cut short where a timer is due.
      length = Math.max(1, Math.min(length, timers.nextDeadline() - clock));
    }
    slice(cpu, Math.min(length, maxInstructions - instructions));
    if (interrupted != null) {
      return null;
    }
    if (cpu.activity != Activity.RUNNING) {
      if (cpu.activity == Activity.SHUTDOWN) {
        return Ending.SHUTDOWN;
      }
      sleep(cpu);
    } else if (cut) {
      schedule.cut(cpu);
    }
    return null;
  }

  /** Whether sleepers in MWAIT are looked at now. */
  private boolean looks() {
    int every = schedule.looksEvery();
    return every == 0 || awake.count() == 0 || clock % every == 0;
  }

  private long length() {
    if (alone) {
      return ALONE;
    }
    long length = awake.count() == 1 ? schedule.lengthAlone() : schedule.length();
    int every = schedule.looksEvery();
    return monitoring == 0 || every == 0 ? length : Math.min(length, every - clock % every);
  }

  /**
   * An exploration decides from now on; what a pause has left of a slice is dropped. Not while the
   * vCPUs run.
   *
   * @param most instructions that all vCPUs together may have retired at the end
   */
  void explore(Exploration exploration, long most) {
    interrupted = null;
    maxInstructions = most;
    schedule = exploration.schedule();
    schedule.start(cpus, last);
    exploration.watch(cpus, () -> alone);
  }

  /** An exploration decides. */
  boolean explores() {
    return schedule != slices;
  }

  /** All sleep: time goes to the next timer, if there is one that could wake somebody. */
  private Ending jump() {
    if (attention) {
      return null;
    }
    long next = timers.nextDeadline();
    long due = drain == null ? Long.MAX_VALUE : drain.due(StoreDrain.NOBODY);
    if (due < next) {
      clock = due;
      return null;
    }
    if (next == Long.MAX_VALUE || idle.dead(awake.allDeaf())) {
      return Ending.ALL_ASLEEP;
    }
    // A timer whose interrupt is masked may tick for ever: such ticks use up the limit.
    if (idle.counts() && instructions + ++stuck >= maxInstructions) {
      return Ending.LIMIT;
    }
    clock = Math.max(clock, next);
    return null;
  }

  /** Runs one vCPU for a slice, or for what a pause has left of it. */
  private void slice(Processor cpu, long budget) {
    boolean resumed = interrupted != null;
    interrupted = null;
    running = cpu;
    last = cpu;
    runningRetired = cpu.s.retired;
    long delivered = cpu.delivered;
    cpu.yield = false;
    cut = false;
    ended = false;
    try {
      long most = paused ? budget : Math.min(budget, pauseAt - instructions);
      if (drain == null) {
        engines[cpu.index()].run(most);
      } else {
        runAmongStores(cpu, most);
      }
    } finally {
      long done = cpu.s.retired - runningRetired;
      running = null;
      clock += done;
      instructions += done;
      rest = budget - done;
      if (done == 0 && !resumed) {
        // A handler that faults at its first instruction: time goes on, so that timers, and the
        // limit, come.
        clock += cpu.delivered - delivered;
        stuck += cpu.delivered - delivered;
      }
    }
    boolean goesOn = rest > 0 && !ended && cpu.activity == Activity.RUNNING;
    if (goesOn && (pausing || !paused && instructions >= pauseAt && !cpu.yield)) {
      // Pausing is no part of the schedule: the slice goes on afterwards as if it had not been.
      interrupted = cpu;
      return;
    }
    schedule.ended(cpu, cpu.yield && !ended && !pausing && cpu.activity == Activity.RUNNING);
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

  /** True if a vCPU shut down over the event that woke it. */
  private boolean wakeSleepers() {
    attention = false;
    monitoring = 0;
    for (Processor cpu : cpus) {
      if (awake.has(cpu)) {
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
        awake.add(cpu);
        if (watches) {
          schedule.woken(cpu);
        }
        schedule.timer(cpu);
      } else if (cpu.activity == Activity.SHUTDOWN) {
        last = cpu;
        return true;
      }
    }
    return false;
  }

  private void sleep(Processor cpu) {
    awake.remove(cpu);
    schedule.asleep(cpu);
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
    if (schedule.interaction() && running != null && !alone) {
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
      if (awake.has(cpu)) {
        schedule.timer(cpu);
      }
      return;
    }
    schedule.posted(cpu);
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
  public void restore(long deadline, long handle, Runnable action) {
    timers.restore(deadline, handle, action);
  }

  @Override
  public void pause() {
    pausing = true;
    if (running != null) {
      running.yield = true;
      running.leaveBlock = true;
    }
  }

  @Override
  public void pauseAt(long count) {
    pauseAt = count;
    paused = instructions >= count;
  }

  @Override
  public void reseed(long seed) {
    slices.reseed(seed);
    if (drain != null) {
      drain.reseed(seed);
    }
    if (interrupted != null) {
      slices.ended(interrupted, false);
      interrupted = null;
    }
  }

  @Override
  public void save(StateWriter to) {
    to.tag("scheduler");
    to.putLong(clock);
    to.putLong(instructions);
    to.putLong(stuck);
    to.putBoolean(alone);
    to.putBoolean(attention);
    to.put(idle);
    to.putInt(monitoring);
    to.putInt(last.index());
    to.putInts(awake.indexes());
    to.putInt(interrupted == null ? -1 : interrupted.index());
    to.putLong(rest);
    to.put(slices);
    to.put(timers);
  }

  @Override
  public void load(StateReader from) {
    from.tag("scheduler");
    clock = from.getLong();
    instructions = from.getLong();
    stuck = from.getLong();
    alone = from.getBoolean();
    attention = from.getBoolean();
    from.get(idle);
    monitoring = from.getInt();
    last = cpus[from.getInt()];
    awake.indexes(from.getInts());
    int half = from.getInt();
    interrupted = half < 0 ? null : cpus[half];
    rest = from.getLong();
    from.get(slices);
    schedule = slices;
    from.get(timers);
    running = null;
    pausing = false;
    paused = instructions >= pauseAt;
    stop = false;
  }

  @Override
  public Processor last() {
    return last;
  }

  @Override
  public Processor running() {
    return running;
  }

  @Override
  public boolean idle() {
    return awake.count() == 0;
  }

  @Override
  public long instructions() {
    Processor cpu = running;
    return cpu == null ? instructions : instructions + cpu.retired() - runningRetired;
  }
}
