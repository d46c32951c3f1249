package io.tlbscope.core.run;

import io.tlbscope.core.device.Platform;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.vcpu.Processor;
import java.util.List;
import java.util.function.Function;

/** What a machine consists of. */
record Parts(
    Processor[] processors,
    PhysicalMemory memory,
    Platform platform,
    Scheduler scheduler,
    String engine,
    MachinePlugins plugins,
    PluginContext.Symbols symbols,
    Console console,
    Function<Processor, List<Long>> recentBlocks) {
  /** Offsets of the blocks that the vCPU ran last, oldest first. */
  List<Long> recent(Processor cpu) {
    return recentBlocks.apply(cpu);
  }
}
