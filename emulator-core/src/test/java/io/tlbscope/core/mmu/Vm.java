package io.tlbscope.core.mmu;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.memory.PhysicalMemory;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * One vCPU's Mmu over 64 MiB of RAM, and a builder of page tables for it. Tables start at 1 MiB, in
 * long mode unless told otherwise.
 */
final class Vm implements AutoCloseable {
  static final long P = 1, W = 2, U = 4, A = 0x20, D = 0x40, PS = 0x80, G = 0x100, NX = 1L << 63;
  static final long NOFLUSH = 1L << 63;

  final PhysicalMemory memory = new PhysicalMemory(64L << 20);
  final CpuState s = new CpuState();
  final GuestFault fault = new GuestFault();
  final Vcpu vcpu;
  final Mmu mmu;
  int blocksLeft;

  /** What the vCPU says of itself. */
  long now, rip;

  private long nextTable = 1 << 20;

  Vm() {
    this(TlbGeometry.DEFAULT);
  }

  Vm(TlbGeometry geometry) {
    vcpu =
        (Vcpu)
            Proxy.newProxyInstance(
                Vm.class.getClassLoader(),
                new Class<?>[] {Vcpu.class},
                (proxy, method, args) ->
                    switch (method.getName()) {
                      case "index" -> 0;
                      case "now" -> now;
                      case "rip" -> rip;
                      case "hashCode" -> 1;
                      case "equals" -> proxy == args[0];
                      case "toString" -> "vcpu 0";
                      default -> null;
                    });
    mmu = new Mmu(vcpu, s, fault, memory, geometry, () -> blocksLeft++);
  }

  /** 4-level paging, WP, global pages, NX; an empty root. */
  Vm longMode() {
    s.cr0 = CpuState.CR0_PE | CpuState.CR0_PG | CpuState.CR0_WP;
    s.cr4 = CpuState.CR4_PAE | CpuState.CR4_PGE;
    s.efer = CpuState.EFER_LME | CpuState.EFER_LMA | CpuState.EFER_NXE;
    s.cr3 = table();
    mmu.modeChanged();
    return this;
  }

  Vm pcids() {
    cr4(s.cr4 | CpuState.CR4_PCIDE);
    return this;
  }

  /** A fresh zeroed table. */
  long table() {
    long table = nextTable;
    nextTable += 4096;
    return table;
  }

  long root() {
    return s.cr3 & 0x000F_FFFF_FFFF_F000L;
  }

  /** Maps a page in the current root of long mode; upper levels get all rights. */
  Vm map(long va, long pa, int shift, long flags) {
    return map(root(), va, pa, shift, flags);
  }

  Vm map(long root, long va, long pa, int shift, long flags) {
    memory.write(entry(root, va, shift, true), 8, pa | flags | (shift > 12 ? PS : 0));
    return this;
  }

  Vm map(long va, long pa, long flags) {
    return map(va, pa, 12, flags);
  }

  /**
   * Physical address of the entry of {@code va} at the level that maps {@code 1 << shift} bytes.
   */
  long entry(long va, int shift) {
    return entry(root(), va, shift, false);
  }

  private long entry(long root, long va, int shift, boolean build) {
    long table = root;
    for (int level = 39; level > shift; level -= 9) {
      long pa = table + (va >>> level & 511) * 8;
      if (build && (memory.read(pa, 8) & P) == 0) {
        memory.write(pa, 8, table() | P | W | U);
      }
      table = memory.read(pa, 8) & 0x000F_FFFF_FFFF_F000L;
    }
    return table + (va >>> shift & 511) * 8;
  }

  long pte(long va) {
    return memory.read(entry(va, 12), 8);
  }

  void pte(long va, long value) {
    memory.write(entry(va, 12), 8, value);
  }

  void cpl(int cpl) {
    s.cpl = cpl;
    mmu.modeChanged();
  }

  void cr0(long value) {
    long before = s.cr0;
    s.cr0 = value;
    mmu.controlWritten(0, before, value);
  }

  void cr4(long value) {
    long before = s.cr4;
    s.cr4 = value;
    mmu.controlWritten(4, before, value);
  }

  void cr3(long value) {
    s.cr3 = value & ~NOFLUSH;
    mmu.cr3Written(value);
  }

  /**
   * Error code of the #PF that {@code access} raises; -1 if it succeeds, minus vector for other
   * faults.
   */
  int fault(Runnable access) {
    try {
      access.run();
      return -1;
    } catch (GuestFault f) {
      return f.vector() == GuestFault.PF ? f.errorCode() : -f.vector();
    }
  }

  List<TlbEntry> entries() {
    return mmu.tlb().entries();
  }

  /** True if the TLB holds a translation for {@code va}, whatever its PCID. */
  boolean cached(long va) {
    return entries().stream().anyMatch(e -> (e.va() ^ va) >>> e.pageShift() == 0);
  }

  @Override
  public void close() {
    memory.close();
  }
}
