package io.tlbscope.core.device;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/**
 * What the platform's devices are told from outside.
 *
 * @param cpus vCPUs, 1..255
 * @param ramBytes bytes of RAM
 * @param memoryMap what fw_cfg reports as E820
 * @param rtcSeconds wall-clock time at power-on, seconds since 1970-01-01 UTC; fixed, so that runs
 *     repeat
 * @param consoleOut bytes the guest sends to COM1
 * @param consoleIn next byte typed, or -1
 * @param debugOut bytes written to port 0xE9
 * @param exit end and restart of the machine
 * @param kernel kernel image for fw_cfg, may be empty
 * @param commandLine kernel command line for fw_cfg
 * @param initrd initial RAM disk for fw_cfg, may be empty
 */
@SuppressWarnings("ArrayRecordComponent")
public record PlatformConfig(
    int cpus,
    long ramBytes,
    List<MemoryRange> memoryMap,
    long rtcSeconds,
    IntConsumer consoleOut,
    IntSupplier consoleIn,
    IntConsumer debugOut,
    ExitSink exit,
    byte[] kernel,
    String commandLine,
    byte[] initrd) {
  /** 2026-01-01T00:00:00Z. */
  public static final long DEFAULT_RTC_SECONDS = 1_767_225_600L;

  public PlatformConfig {
    memoryMap = List.copyOf(memoryMap);
  }

  /** No input, no images, debug console on the console, the default date. */
  public static PlatformConfig of(
      int cpus, long ramBytes, List<MemoryRange> map, IntConsumer console, ExitSink exit) {
    return new PlatformConfig(
        cpus,
        ramBytes,
        map,
        DEFAULT_RTC_SECONDS,
        console,
        () -> -1,
        console,
        exit,
        new byte[0],
        "",
        new byte[0]);
  }

  public PlatformConfig withInput(IntSupplier input) {
    return new PlatformConfig(
        cpus,
        ramBytes,
        memoryMap,
        rtcSeconds,
        consoleOut,
        input,
        debugOut,
        exit,
        kernel,
        commandLine,
        initrd);
  }

  public PlatformConfig withImages(byte[] kernel, String commandLine, byte[] initrd) {
    return new PlatformConfig(
        cpus,
        ramBytes,
        memoryMap,
        rtcSeconds,
        consoleOut,
        consoleIn,
        debugOut,
        exit,
        kernel,
        commandLine,
        initrd);
  }
}
