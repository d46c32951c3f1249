package io.tlbscope.tools.enginecheck;

import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.run.MachineBuilder;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.machine.GuestMachine;
import io.tlbscope.tools.machine.MachineFactory;
import io.tlbscope.tools.machine.MachineSpec;
import io.tlbscope.tools.randomprogram.RandomProgram;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs random programs, each in a machine of its own. */
public final class EngineRunner {
  private static final int QUANTUM = 128;

  private final MachineFactory machines;
  private final List<String> plugins;

  /**
   * @param plugins of every machine; what they trace is compared
   */
  public EngineRunner(MachineFactory machines, List<String> plugins) {
    this.machines = machines;
    this.plugins = List.copyOf(plugins);
  }

  /**
   * Runs {@code program} to its end.
   *
   * @param file holds its image
   * @param engine name of the engine
   * @throws MachineException where there is no such engine
   */
  EngineRun run(RandomProgram program, Path file, String engine) throws MachineException {
    List<TraceEvent> events = new ArrayList<>();
    try (GuestMachine machine = machines.build(spec(program, file, engine, events::add))) {
      RunResult result = machine.run(Progress.NONE);
      return new EngineRun(engine, result, ram(machine.physical()), events);
    }
  }

  private MachineSpec spec(RandomProgram program, Path file, String engine, TraceSink trace) {
    return new MachineSpec(
        1,
        "intel",
        RandomProgram.MEMORY,
        "default",
        "deterministic",
        "sc",
        engine,
        program.seed(),
        QUANTUM,
        MachineBuilder.DEFAULT_CODE_CACHE,
        false,
        plugins,
        List.of(),
        file,
        "",
        null,
        RandomProgram.LOAD_ADDRESS,
        RandomProgram.ENTRY,
        64,
        OutputStream.nullOutputStream(),
        null,
        trace,
        RandomProgram.MOST_INSTRUCTIONS,
        null,
        false,
        null,
        false);
  }

  private static byte[] ram(PhysicalAccess memory) {
    ByteBuffer bytes = ByteBuffer.allocate((int) memory.ramBytes()).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putLong(memory.read(bytes.position(), Long.BYTES));
    }
    return bytes.array();
  }
}
