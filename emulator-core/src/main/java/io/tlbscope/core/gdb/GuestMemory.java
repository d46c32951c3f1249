package io.tlbscope.core.gdb;

import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.vcpu.Processor;
import java.util.Arrays;

/**
 * Memory as a debugger reads and writes it: by a vCPU's page tables as they are, past its TLB,
 * without A and D bits, without devices and hooks. Stores that wait in the vCPU's buffer count as
 * made: it would find them, and what is written here comes behind them.
 */
final class GuestMemory {
  private static final int PAGE = 4096;

  private final PhysicalMemory memory;

  /** Addresses are physical ones. */
  boolean physical;

  GuestMemory(PhysicalMemory memory) {
    this.memory = memory;
  }

  /** As many of {@code count} bytes as can be read, from the first. */
  byte[] read(Processor cpu, long address, int count) {
    byte[] bytes = new byte[count];
    int done = 0;
    while (done < count) {
      int some = within(address + done, count - done);
      long pa = physical(cpu, address + done);
      if (pa < 0) {
        break;
      }
      memory.read(pa, bytes, done, some);
      if (cpu.buffered != null) {
        cpu.buffered.overlay(pa, bytes, done, some);
      }
      done += some;
    }
    return Arrays.copyOf(bytes, done);
  }

  /** Writes all, or nothing and gives false. */
  boolean write(Processor cpu, long address, byte[] bytes) {
    for (int at = 0; at < bytes.length; at += within(address + at, bytes.length - at)) {
      if (physical(cpu, address + at) < 0) {
        return false;
      }
    }
    cpu.drain();
    for (int at = 0; at < bytes.length; ) {
      int some = within(address + at, bytes.length - at);
      memory.write(physical(cpu, address + at), bytes, at, some);
      at += some;
    }
    return true;
  }

  private static int within(long address, int count) {
    return Math.min(count, PAGE - (int) (address & PAGE - 1));
  }

  /** Where it lies in RAM, or -1. */
  private long physical(Processor cpu, long address) {
    long pa = physical ? address : cpu.translate(address);
    return pa >= 0 && memory.isRam(pa) ? pa : -1;
  }
}
