package io.tlbscope.core.interpret;

import io.tlbscope.core.mmu.Mmu;
import io.tlbscope.core.vcpu.Processor;

/** Linear = physical, the top of memory repeated; pages can be made to fault. */
final class FlatMmu extends Mmu {
  private final Processor cpu;
  private final TestRam ram;
  private final byte[] bytes;
  /** First page that is not present, as a linear address, and the number of bytes; none by default. */
  long missing = Long.MAX_VALUE;
  long missingBytes = 4096;
  long generation;

  FlatMmu(Processor cpu, TestRam ram) {
    this.cpu = cpu;
    this.ram = ram;
    this.bytes = ram.bytes;
  }

  private int pa(long va, int size, boolean write) {
    if (va << 16 >> 16 != va) {
      throw cpu.fault.with(13, 0);
    }
    if (va + size > missing && va < missing + missingBytes || va < 0 || va + size > ram.ramBytes()) {
      cpu.s.cr2 = Math.max(va, missing);
      throw cpu.fault.with(14, write ? 2 : 0);
    }
    return (int) va;
  }

  @Override
  public long load8(long va) {
    return bytes[pa(va, 1, false)] & 0xFF;
  }

  @Override
  public long load16(long va) {
    return (short) TestRam.SHORTS.get(bytes, pa(va, 2, false)) & 0xFFFF;
  }

  @Override
  public long load32(long va) {
    return (int) TestRam.INTS.get(bytes, pa(va, 4, false)) & 0xFFFF_FFFFL;
  }

  @Override
  public long load64(long va) {
    return (long) TestRam.LONGS.get(bytes, pa(va, 8, false));
  }

  private void stored(int pa, int size) {
    if (ram.code[pa >> 12] || ram.code[pa + size - 1 >> 12]) {
      ram.stored(pa, size);
    }
  }

  @Override
  public void store8(long va, long value) {
    int pa = pa(va, 1, true);
    bytes[pa] = (byte) value;
    stored(pa, 1);
  }

  @Override
  public void store16(long va, long value) {
    int pa = pa(va, 2, true);
    TestRam.SHORTS.set(bytes, pa, (short) value);
    stored(pa, 2);
  }

  @Override
  public void store32(long va, long value) {
    int pa = pa(va, 4, true);
    TestRam.INTS.set(bytes, pa, (int) value);
    stored(pa, 4);
  }

  @Override
  public void store64(long va, long value) {
    int pa = pa(va, 8, true);
    TestRam.LONGS.set(bytes, pa, value);
    stored(pa, 8);
  }

  @Override
  public void probeWrite(long va, int size) {
    pa(va, size, true);
  }

  @Override
  public void probeRead(long va, int size) {
    pa(va, size, false);
  }

  @Override
  public long loadSystem(long va, int size) {
    return ram.read(va, size);
  }

  @Override
  public void storeSystem(long va, int size, long value) {
    ram.write(va, size, value);
  }

  @Override
  public long fetch(long va) {
    return pa(va, 1, false);
  }

  @Override
  public long fetchGeneration() {
    return generation;
  }

  @Override
  public void modeChanged() {
    generation++;
  }

  @Override
  public void cr3Written(long value) {}

  @Override
  public void controlWritten(int register, long before, long after) {}

  @Override
  public void invlpg(long va) {}

  @Override
  public void invpcid(int type, int pcid, long va) {}

  @Override
  public void invlpgb(int flags, long va, int pcid, int count, boolean stride2M) {}

  @Override
  public void reset() {}
}
