package io.tlbscope.tools.vectors;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.device.PortBus;
import io.tlbscope.core.interpret.BlockCache;
import io.tlbscope.core.interpret.Interpreter;
import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.mmu.Mmu;
import io.tlbscope.core.mmu.TlbGeometry;
import io.tlbscope.core.vcpu.Processor;
import java.util.Arrays;

/** One vCPU of the core in user mode, with the native program's pages. */
final class EmulatedHost implements AutoCloseable {
  private static final long CODE_PA = 0x1_0000, DATA_PA = 0x2_0000, TABLES_PA = 0xF_0000;

  /** A string instruction goes on in so many goes. */
  private static final int MOST_GOES = 1000;

  /** What the native program fills its code page with. */
  private static final byte[] EMPTY = new byte[Place.PAGE];

  static {
    Arrays.fill(EMPTY, (byte) 0xCC);
  }

  private static final PortBus NO_PORTS =
      new PortBus() {
        @Override
        public int read(int port, int size) {
          return -1;
        }

        @Override
        public void write(int port, int size, int value) {}
      };

  private final PhysicalMemory ram = new PhysicalMemory(PhysicalMemory.MIN_RAM);
  private final Processor cpu;
  private final Interpreter interpreter;
  private final long dataHa = ram.ha(DATA_PA);
  private long[] pages;

  final CpuState s = new CpuState();

  /** Vector of what was raised, or {@link Place#NOTHING}. */
  int vector;

  int error;

  /** A named error of the emulator instead of an outcome, or null. */
  String refused;

  /** Changed bytes of the data pages, and the hash of the quadwords between. */
  int from, to;

  long hash;

  EmulatedHost() {
    cpu = new Processor(0, null, s, NO_PORTS);
    cpu.mmu = new Mmu(cpu, s, cpu.fault, ram, TlbGeometry.DEFAULT, () -> cpu.leaveBlock = true);
    interpreter = new Interpreter(cpu, new BlockCache(ram));
    s.cr0 |= CpuState.CR0_PE | CpuState.CR0_PG | CpuState.CR0_WP | CpuState.CR0_NE;
    s.cr4 |=
        CpuState.CR4_PAE | CpuState.CR4_OSFXSR | CpuState.CR4_OSXMMEXCPT | CpuState.CR4_FSGSBASE;
    s.efer = CpuState.EFER_LMA | CpuState.EFER_LME | CpuState.EFER_NXE | CpuState.EFER_SCE;
    s.cpl = 3;
    segments();
    tables();
    cpu.mmu.modeChanged();
  }

  private void segments() {
    for (int i = 0; i < 6; i++) {
      Segment g = s.segments[i];
      g.limit = 0xFFFF_FFFFL;
      g.attributes = 0xC0F3;
      g.selector = i == Segment.SS ? Place.SS : 0;
    }
    s.segments[Segment.CS].attributes = 0xA0FB;
    s.segments[Segment.CS].selector = Place.CS;
    s.segments[Segment.FS].base = Place.FS_BASE;
    s.segments[Segment.GS].base = Place.GS_BASE;
    s.refreshSegmentBases();
  }

  private void tables() {
    ram.write(TABLES_PA, 8, TABLES_PA + 0x1000 | 7);
    ram.write(TABLES_PA + 0x1000, 8, TABLES_PA + 0x2000 | 7);
    ram.write(TABLES_PA + 0x2000 + (Place.CODE >> 21) * 8, 8, TABLES_PA + 0x3000 | 7);
    map(Place.CODE, CODE_PA | 7);
    for (int page = 0; page < 3; page++) {
      long at = (long) page * Place.PAGE;
      map(Place.DATA + at, DATA_PA + at | (page < 2 ? 7 : 5) | Long.MIN_VALUE);
    }
    s.cr3 = TABLES_PA;
  }

  private void map(long va, long entry) {
    ram.write(TABLES_PA + 0x3000 + (va >> 12 & 511) * 8, 8, entry);
  }

  /** What the data pages hold before each vector. */
  void memory(long[] contents) {
    pages = contents;
    restore(0, Place.WRITABLE);
  }

  private void restore(int first, int end) {
    for (int at = first; at < end; at += 8) {
      HostMemory.putLong(dataHa + at, pages[at >> 3]);
    }
  }

  /** Runs the vector; what came of it stands in the fields until the next. */
  void run(Vector v) {
    restore(from, to);
    load(v);
    vector = Place.NOTHING;
    error = 0;
    refused = null;
    try {
      int goes = 0;
      long retired;
      do {
        retired = interpreter.again(1);
      } while (retired != 0 && s.rip == v.rip() && ++goes < MOST_GOES);
      if (retired == 0) {
        vector = cpu.fault.vector();
        error = cpu.fault.hasErrorCode() ? cpu.fault.errorCode() : 0;
      }
    } catch (EmulatorError e) {
      refused = e.name() + ": " + e.getMessage();
    } catch (GuestFault e) {
      refused = "a fault out of place: " + e.getMessage();
    }
    changes();
  }

  private void load(Vector v) {
    int here = Math.min(v.length, Place.PAGE - v.offset);
    ram.write(CODE_PA, EMPTY, 0, EMPTY.length);
    ram.write(CODE_PA + v.offset, v.code, 0, here);
    ram.codeStored(CODE_PA + v.offset, Math.max(here, 1));
    System.arraycopy(v.reg, 0, s.r, 0, 16);
    System.arraycopy(v.xmm, 0, s.xmm, 0, 32);
    s.mxcsr = v.mxcsr;
    X87State x87 = s.x87;
    x87.clear(X87State.INITIAL);
    x87.controlWord(v.fcw);
    x87.statusWord(v.fsw);
    for (int i = 0; i < 8; i++) {
      x87.set(i, (int) v.st[2 * i + 1], v.st[2 * i]);
    }
    x87.used = v.used;
    s.flags.rflags((int) v.flags);
    s.cr2 = 0;
    s.rip = v.rip();
  }

  private void changes() {
    int first = 0;
    int end = Place.WRITABLE;
    while (first < end && HostMemory.getLong(dataHa + first) == pages[first >> 3]) {
      first += 8;
    }
    while (end > first && HostMemory.getLong(dataHa + end - 8) == pages[end - 8 >> 3]) {
      end -= 8;
    }
    long h = 0;
    for (int at = first; at < end; at += 8) {
      h = (h ^ HostMemory.getLong(dataHa + at)) * 0x9E37_79B9_7F4A_7C15L;
      h ^= h >>> 32;
    }
    from = first == end ? 0 : first;
    to = first == end ? 0 : end;
    hash = h;
  }

  /** A byte of the data pages as the vector left it. */
  int octet(int at) {
    return HostMemory.getByte(dataHa + at) & 0xFF;
  }

  @Override
  public void close() {
    ram.close();
  }
}
