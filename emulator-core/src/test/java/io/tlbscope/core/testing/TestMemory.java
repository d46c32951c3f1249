package io.tlbscope.core.testing;

import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.mmu.Mmu;
import io.tlbscope.core.mmu.TlbGeometry;
import io.tlbscope.core.vcpu.Processor;

/** The RAM of a {@link TestMachine}, and the real MMUs in front of it. */
public final class TestMemory {
  private final PhysicalMemory ram = new PhysicalMemory(PhysicalMemory.MIN_RAM);

  Mmu mmuFor(Processor cpu) {
    return new Mmu(cpu, cpu.s, cpu.fault, ram, TlbGeometry.DEFAULT, () -> cpu.leaveBlock = true);
  }

  /** Zero-extended, 1 to 8 bytes. */
  public long read(long pa, int size) {
    return ram.read(pa, size);
  }

  public void write(long pa, int size, long value) {
    ram.write(pa, size, value);
  }

  PhysicalAccess physical() {
    return ram;
  }

  void close() {
    ram.close();
  }
}
