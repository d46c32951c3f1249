package io.tlbscope.tools.machine;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.run.Exploration;
import io.tlbscope.core.run.Machine;
import io.tlbscope.core.run.MachineBuilder;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.run.Snapshot;
import java.util.List;
import java.util.Map;

/** Builds the core's machines. */
public final class CoreMachines {
  private CoreMachines() {}

  /** See {@link MachineFactory#build}. */
  public static GuestMachine build(MachineSpec spec) throws MachineException {
    MachineBuilder builder =
        Machine.builder()
            .cpus(spec.cpus())
            .cpu(spec.cpu())
            .memory(spec.memory())
            .tlb(spec.tlb())
            .schedule(spec.schedule())
            .memoryOrder(spec.memoryOrder())
            .engine(spec.engine())
            .seed(spec.seed())
            .codeCache(spec.codeCache())
            .statistics(spec.statistics())
            .pluginPath(spec.pluginPath())
            .guest(spec.guest())
            .boot(boot(spec))
            .console(spec.console(), spec.input())
            .trace(spec.trace())
            .maxInstructions(spec.maxInstructions())
            .gdb(spec.gdb())
            .stopAtViolation(spec.exploring())
            .pauseAtMarker(spec.pauseAtMarker() || spec.exploring());
    if (spec.pauseAt() != null) {
      builder.pauseAt(spec.pauseAt());
    }
    if (spec.quantum() != 0) {
      builder.quantum(spec.quantum());
    }
    spec.plugins().forEach(builder::plugin);
    return new Core(builder.build());
  }

  private static BootOptions boot(MachineSpec spec) {
    BootOptions options = BootOptions.defaults().withCommandLine(spec.append());
    if (spec.initrd() != null) {
      options = options.withInitrd(spec.initrd());
    }
    if (spec.loadAddress() != null) {
      long entry = spec.entry() == null ? spec.loadAddress() : spec.entry();
      options = options.withFlat(spec.loadAddress(), entry, mode(spec.mode()));
    }
    return options;
  }

  private static CodeMode mode(int bits) {
    return switch (bits) {
      case 16 -> CodeMode.BITS16;
      case 64 -> CodeMode.BITS64;
      default -> CodeMode.BITS32;
    };
  }

  private record Core(Machine machine) implements GuestMachine {
    @Override
    public RunResult run(Progress progress) {
      return machine.run(progress);
    }

    @Override
    public Snapshot snapshot() throws MachineException {
      return machine.snapshot();
    }

    @Override
    public void restore(Snapshot snapshot) throws MachineException {
      machine.restore(snapshot);
    }

    @Override
    public void explore(Exploration exploration, long maxInstructions) {
      machine.explore(exploration, maxInstructions);
    }

    @Override
    public void reseed(long seed) {
      machine.reseed(seed);
    }

    @Override
    public void stop(String reason) {
      machine.stop(reason);
    }

    @Override
    public int gdbPort() {
      return machine.gdbPort();
    }

    @Override
    public String engine() {
      return machine.engine();
    }

    @Override
    public Map<String, Object> engineStatistics() {
      return machine.engineStatistics();
    }

    @Override
    public String schedule() {
      return machine.schedule();
    }

    @Override
    public PluginContext.Symbols symbols() {
      return machine.symbols();
    }

    @Override
    public PhysicalAccess physical() {
      return machine.physical();
    }

    @Override
    public List<String> woven() {
      return machine.woven();
    }

    @Override
    public void close() {
      machine.close();
    }
  }
}
