package io.tlbscope.core.run;

import io.tlbscope.core.device.Platform;
import io.tlbscope.core.gdb.GdbServer;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.vcpu.Processor;

/**
 * What a machine consists of.
 *
 * @param gdb null where no debugger may come
 */
record Parts(
    Processor[] processors,
    PhysicalMemory memory,
    Platform platform,
    Scheduler scheduler,
    Engines engines,
    MachinePlugins plugins,
    PluginContext.Symbols symbols,
    Console console,
    GdbServer gdb) {}
