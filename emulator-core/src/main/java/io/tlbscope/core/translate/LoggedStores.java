package io.tlbscope.core.translate;

import io.tlbscope.core.memory.Atomics;
import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.vcpu.Processor;

/** Stores of regions that are checked: into the vCPU's log, then as ever. */
final class LoggedStores {
  private LoggedStores() {}

  static void putByte(long ha, byte value, Processor cpu) {
    cpu.stores.add(ha, 1);
    HostMemory.putByte(ha, value);
  }

  static void putShort(long ha, short value, Processor cpu) {
    cpu.stores.add(ha, 2);
    HostMemory.putShort(ha, value);
  }

  static void putInt(long ha, int value, Processor cpu) {
    cpu.stores.add(ha, 4);
    HostMemory.putInt(ha, value);
  }

  static void putLong(long ha, long value, Processor cpu) {
    cpu.stores.add(ha, 8);
    HostMemory.putLong(ha, value);
  }

  static long apply(long ha, int kind, int bytes, long expected, long operand, Processor cpu) {
    cpu.stores.add(ha, bytes);
    return Atomics.apply(ha, kind, bytes, expected, operand);
  }
}
