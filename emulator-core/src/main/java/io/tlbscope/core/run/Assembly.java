package io.tlbscope.core.run;

import io.tlbscope.core.boot.FirmwareTables;
import io.tlbscope.core.boot.GuestImage;
import io.tlbscope.core.boot.ImageLoader;
import io.tlbscope.core.boot.MemoryMap;
import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.SeededChoice;
import io.tlbscope.core.device.ExitSink;
import io.tlbscope.core.device.Platform;
import io.tlbscope.core.device.PlatformConfig;
import io.tlbscope.core.device.PortBus;
import io.tlbscope.core.gdb.GdbServer;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.mmu.BufferedStores;
import io.tlbscope.core.mmu.Mmu;
import io.tlbscope.core.mmu.TlbGeometry;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.core.translate.Settings;
import io.tlbscope.core.trap.Events;
import io.tlbscope.core.trap.Reset;
import io.tlbscope.core.vcpu.Processor;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Puts a machine together in the one order that works, and takes it apart again where a step fails.
 */
final class Assembly {
  /** Guest time between two looks at the host's keyboard. */
  private static final long CONSOLE_POLL_TICKS = 1_000_000;

  /** Host time that an idle machine sleeps before it looks again. */
  private static final long IDLE_NANOS = 1_000_000;

  private final MachineBuilder wanted;
  private final Violations violations = new Violations(this::violated);
  private final Machine machine;
  private MachinePlugins plugins;
  private PhysicalMemory memory;
  private Engines engines;
  private Scheduler scheduler;
  private GdbServer gdb;

  private Assembly(MachineBuilder wanted) {
    this.wanted = wanted;
    this.machine = new Machine(wanted.trace, wanted.seed, violations);
  }

  private void violated(Violation violation) {
    if (wanted.stopAtViolation) {
      machine.stop(
          new Stop(
              Outcome.VIOLATION, 0, "the run ends where a rule is broken: " + violation.kind()));
    }
  }

  static Machine build(MachineBuilder wanted) throws MachineException {
    Assembly assembly = new Assembly(wanted);
    boolean done = false;
    try {
      assembly.assemble();
      done = true;
      return assembly.machine;
    } catch (PluginException | EmulatorError e) {
      throw new MachineException(e.getMessage(), e);
    } finally {
      if (!done) {
        assembly.undo();
      }
    }
  }

  private void undo() {
    if (gdb != null) {
      gdb.close();
    }
    if (plugins != null) {
      plugins.close();
    }
    if (engines != null) {
      engines.close();
    }
    if (memory != null) {
      memory.close();
    }
  }

  private TlbGeometry geometry() throws MachineException {
    try {
      return TlbGeometry.parse(wanted.tlb);
    } catch (IllegalArgumentException e) {
      throw new MachineException(e.getMessage(), e);
    }
  }

  private void assemble() throws PluginException, MachineException {
    TlbGeometry geometry = geometry();
    // Woven before any vCPU exists, so that no hook is missed.
    plugins = MachinePlugins.load(wanted.plugins, wanted.pluginPath, violations);
    memory = new PhysicalMemory(wanted.memory);
    GuestImage image = ImageLoader.load(wanted.guest, wanted.boot, memory);
    Console console =
        new Console(
            wanted.consoleOut,
            wanted.consoleIn,
            why -> machine.stop(new Stop(Outcome.STOPPED, 0, why)));
    Platform platform = Platform.create(machine, platformConfig(console));
    ParallelWorld world = wanted.parallel() ? new ParallelWorld() : null;
    PortBus ports = platform.ports();
    if (world != null) {
      memory.world(world);
      ports = new LockedPorts(ports, world);
    }
    Processor[] processors = new Processor[wanted.cpus];
    for (int i = 0; i < processors.length; i++) {
      Processor cpu = new Processor(i, machine, new CpuState(), ports);
      cpu.s.cpuid = CpuidModel.named(wanted.cpu);
      cpu.s.random = new SeededChoice(~wanted.seed ^ (long) i << 56);
      cpu.mmu = new Mmu(cpu, cpu.s, cpu.fault, memory, geometry, () -> cpu.leaveBlock = true);
      if (wanted.memoryOrder.equals("tso")) {
        cpu.buffered = new BufferedStores(cpu, memory, BufferedStores.choice(wanted.seed, i));
        cpu.mmu.buffer(cpu.buffered);
      }
      processors[i] = cpu;
    }
    String engine = wanted.chosenEngine();
    Settings settings =
        new Settings(
            wanted.parallel(),
            wanted.codeCache,
            wanted.statistics,
            !plugins.subscribed("tlb.") && !engine.equals("check"));
    engines = new Engines(engine, processors, memory, settings);
    scheduler =
        world != null
            ? new ParallelScheduler(processors, engines.engines(), world, wanted.maxInstructions)
            : new DeterministicScheduler(
                processors,
                engines.engines(),
                Events::service,
                wanted.seed,
                wanted.quantum,
                wanted.maxInstructions);
    for (Processor cpu : processors) {
      cpu.onPending = () -> scheduler.attention(cpu);
    }
    PluginContext.Symbols symbols = image.symbols();
    violations.completeBy(new CodeAround(processors, symbols)::complete);
    gdb = gdb(processors);
    if (wanted.pauseAt != Long.MAX_VALUE) {
      scheduler.pauseAt(wanted.pauseAt);
    }
    Parts parts =
        new Parts(processors, memory, platform, scheduler, engines, plugins, symbols, console, gdb);
    machine.assembled(parts, new Freezer(wanted, parts, violations));
    plugins.attach(machine, wanted.trace, symbols);
    if (image.roomForTables()) {
      plugins.topology().ifPresent(topology -> FirmwareTables.write(topology, memory));
    }
    powerOn(processors, image);
    if (console.hasInput()) {
      pollConsole(scheduler, platform);
    }
  }

  private GdbServer gdb(Processor[] processors) throws MachineException {
    if (wanted.gdb == null) {
      return null;
    }
    try {
      return new GdbServer(wanted.gdb, processors, memory, plugins.views(), machine::stop);
    } catch (IOException e) {
      throw new MachineException(
          "--gdb "
              + wanted.gdb.getHostString()
              + ":"
              + wanted.gdb.getPort()
              + " cannot be listened on ("
              + e.getMessage()
              + "); choose another port",
          e);
    }
  }

  private static void powerOn(Processor[] processors, GuestImage image) {
    for (Processor cpu : processors) {
      Reset.powerOn(cpu);
    }
    Processor boot = processors[0];
    image.entry().applyTo(boot.s);
    boot.mmu.reset();
    boot.mmu.modeChanged();
  }

  private PlatformConfig platformConfig(Console console) {
    return PlatformConfig.of(
            wanted.cpus, wanted.memory, MemoryMap.of(memory), output(console), exits())
        .withInput(console::read);
  }

  /** The guest's bytes go to the console and, with the vCPU that wrote them, into the trace. */
  private IntConsumer output(Console console) {
    return value -> {
      console.write(value);
      Processor cpu = scheduler.last();
      wanted.trace.accept(
          new TraceEvent(
              TraceKind.CONSOLE,
              scheduler.now(),
              cpu.index(),
              cpu.retired(),
              cpu.rip(),
              0,
              value & 0xFF,
              0,
              0,
              0));
    };
  }

  private ExitSink exits() {
    return new ExitSink() {
      @Override
      public void debugExit(int status) {
        machine.stop(
            new Stop(
                Outcome.EXITED,
                status & 0xFF,
                "the guest wrote the debug-exit port: status " + (status & 0xFF)));
      }

      @Override
      public void powerOff() {
        machine.stop(new Stop(Outcome.POWERED_OFF, 0, "the guest switched the machine off"));
      }

      @Override
      public void reset(String by) {
        machine.stop(new Stop(Outcome.POWERED_OFF, 0, "the guest reset the machine by " + by));
      }

      @Override
      public void marker() {
        machine.marker(wanted.pauseAtMarker);
      }
    };
  }

  /**
   * An interactive machine looks at the keyboard every millisecond of guest time, and sleeps on the
   * host while it idles.
   */
  private static void pollConsole(Scheduler scheduler, Platform platform) {
    scheduler.schedule(
        scheduler.now() + CONSOLE_POLL_TICKS,
        () -> {
          platform.pollConsole();
          if (scheduler.idle()) {
            LockSupport.parkNanos(IDLE_NANOS);
          }
          pollConsole(scheduler, platform);
        });
  }
}
