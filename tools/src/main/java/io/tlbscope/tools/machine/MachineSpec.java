package io.tlbscope.tools.machine;

import io.tlbscope.core.trace.TraceSink;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * A machine to build.
 *
 * @param cpus vCPUs, 1..255
 * @param cpu CPU model, see {@code CpuidModel.NAMES}
 * @param memory RAM in bytes
 * @param tlb geometry: {@code default}, {@code unbounded}, or sets and ways
 * @param schedule {@code deterministic} or {@code parallel}
 * @param memoryOrder {@code sc} or {@code tso}
 * @param engine {@code translate}, {@code interpret} or {@code check}
 * @param seed of the interleaving
 * @param quantum mean slice in instructions, 0 for slices that adapt
 * @param codeCache bytes of class files that translated code may take
 * @param statistics count more for the engine's statistics
 * @param plugins each {@code name,key=value,...}, in order
 * @param pluginPath jars and folders of jars
 * @param guest the image's file
 * @param append the guest's command line, empty for none
 * @param initrd module or initial RAM disk, null for none
 * @param loadAddress physical address of a flat image, null if it is none
 * @param entry entry point of a flat image, null for its load address
 * @param mode 16, 32 or 64 for a flat image, 0 if it is none
 * @param console takes what the guest writes to COM1
 * @param input what is typed, null for none
 * @param trace takes all events; the caller closes it
 * @param maxInstructions of all vCPUs together
 * @param gdb where gdb is waited for, null for nowhere
 * @param pauseAtMarker the first run pauses where the guest writes the marker
 * @param pauseAt and where so many instructions are retired, null for nowhere
 * @param exploring the run pauses at the marker, and ends where a rule is broken
 */
public record MachineSpec(
    int cpus,
    String cpu,
    long memory,
    String tlb,
    String schedule,
    String memoryOrder,
    String engine,
    long seed,
    int quantum,
    long codeCache,
    boolean statistics,
    List<String> plugins,
    List<Path> pluginPath,
    Path guest,
    String append,
    Path initrd,
    Long loadAddress,
    Long entry,
    int mode,
    OutputStream console,
    InputStream input,
    TraceSink trace,
    long maxInstructions,
    InetSocketAddress gdb,
    boolean pauseAtMarker,
    Long pauseAt,
    boolean exploring) {}
