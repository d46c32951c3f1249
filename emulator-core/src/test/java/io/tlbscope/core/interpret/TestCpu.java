package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.device.PortBus;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.mmu.Mmu;
import io.tlbscope.core.mmu.TlbGeometry;
import io.tlbscope.core.vcpu.Processor;

/**
 * One vCPU with 1 MiB of RAM, ready to run 64-bit code at {@link #CODE}. 64-bit code has the RAM
 * mapped to itself by 4 KiB pages that everybody may use; other modes run without paging.
 */
final class TestCpu {
  static final int CODE = 0x1000, DATA = 0x10000, STACK = 0x20000;

  private static final int PML4 = 0xF0000;

  final PhysicalMemory ram;
  final BlockCache blocks;
  final Processor cpu;
  final Mmu mmu;
  final CpuState s;
  final long[] r;
  final Interpreter interpreter;

  TestCpu() {
    this(new PhysicalMemory(1 << 20), null);
  }

  /** Another vCPU of the same machine. */
  TestCpu(TestCpu first) {
    this(first.ram, first.blocks);
  }

  private TestCpu(PhysicalMemory ram, BlockCache shared) {
    this.ram = ram;
    blocks = shared == null ? new BlockCache(ram) : shared;
    s = new CpuState();
    PortBus ports =
        new PortBus() {
          @Override
          public int read(int port, int size) {
            return -1;
          }

          @Override
          public void write(int port, int size, int value) {}
        };
    cpu = new Processor(0, null, s, ports);
    r = s.r;
    mmu = new Mmu(cpu, s, cpu.fault, ram, TlbGeometry.DEFAULT, () -> cpu.leaveBlock = true);
    cpu.mmu = mmu;
    mode(64);
    s.cr4 |= CpuState.CR4_OSFXSR;
    s.rip = CODE;
    r[4] = STACK;
    interpreter = new Interpreter(cpu, blocks);
  }

  /** Flat segments of 16, 32 or 64-bit code. */
  void mode(int bits) {
    s.cr0 |= CpuState.CR0_PE;
    s.efer = bits == 64 ? CpuState.EFER_LMA | CpuState.EFER_LME : 0;
    for (int i = 0; i < 6; i++) {
      Segment g = s.segments[i];
      g.selector = 8;
      g.base = 0;
      g.limit = 0xFFFF_FFFFL;
      g.attributes = 0x8093 | (bits == 32 ? 0x4000 : 0);
    }
    s.segments[Segment.CS].attributes = 0x809B | (bits == 32 ? 0x4000 : bits == 64 ? 0x2000 : 0);
    s.refreshSegmentBases();
    if (bits == 64) {
      ram.write(PML4, 8, PML4 + 0x1000 | 7);
      ram.write(PML4 + 0x1000, 8, PML4 + 0x2000 | 7);
      ram.write(PML4 + 0x2000, 8, PML4 + 0x3000 | 7);
      for (int page = 0; page < 256; page++) {
        map(page << 12, page << 12 | 7);
      }
      s.cr3 = PML4;
      s.cr4 |= CpuState.CR4_PAE;
      s.cr0 |= CpuState.CR0_PG;
    } else {
      s.cr0 &= ~CpuState.CR0_PG;
    }
    mmu.modeChanged();
  }

  /** Writes the page-table entry of {@code va}; the TLB keeps what it has. */
  void map(long va, long entry) {
    ram.write(PML4 + 0x3000 + (va >> 12) * 8, 8, entry);
  }

  /** State of a native-oracle record; the vCPU is at its instruction. */
  void load(NativeOracle.Record in) {
    System.arraycopy(in.reg, 0, r, 0, 16);
    System.arraycopy(in.xmm, 0, s.xmm, 0, 32);
    s.flags.rflags((int) in.flags);
    s.cpl = 3;
    mmu.modeChanged();
    s.rip = NativeOracle.CODE;
    cpu.activity = io.tlbscope.core.vcpu.Activity.RUNNING;
    put(NativeOracle.DATA, in.data);
    put(NativeOracle.CODE, in.code);
  }

  TestCpu code(String hex) {
    byte[] bytes = java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
    put(CODE, bytes);
    return this;
  }

  /** Writes to RAM as a device does. */
  void put(long pa, byte[] bytes) {
    ram.write(pa, bytes, 0, bytes.length);
    ram.codeStored(pa, bytes.length);
  }
}
