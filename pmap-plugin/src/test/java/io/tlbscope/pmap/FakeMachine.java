package io.tlbscope.pmap;

import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.Mapping;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TlbLevel;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.core.trace.TraceSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A machine without an engine: 64 KiB of memory, CPUs whose registers the test sets. Scoreboard at
 * 0x1000 with four words a row, per-CPU areas of 0x100 bytes at 0x2000, pmap 1 at 0x3000 (root
 * 0x10000), the kernel's at 0x3800; if asked for, a serial record at 0x4000 and its counter at
 * 0x4040. All entries of TLBs come from the paging-structure entry at 0; which of them are stale
 * the test says.
 */
final class FakeMachine extends StillMachine implements PluginContext, PluginContext.Symbols {
  static final int VECTOR = 0xF4;
  static final long USER_PMAP = 0x3000;
  static final long KERNEL_PMAP = 0x3800;
  static final long ROOT = 0x10000;
  static final long SERIAL_REQUEST = 0x4000;
  static final long SERIAL_WAIT = 0x4040;

  private static final Map<String, Long> SYMBOLS =
      Map.ofEntries(
          Map.entry("invl_scoreboard", 0x1000L),
          Map.entry("invl_scoreboard_stride", 4L),
          Map.entry("__pcpu", 0x2000L),
          Map.entry("PCPU_STRIDE", 0x100L),
          Map.entry("PC_SMP_TLB_ADDR1", 0x40L),
          Map.entry("PC_SMP_TLB_ADDR2", 0x48L),
          Map.entry("PC_SMP_TLB_PMAP", 0x50L),
          Map.entry("PC_SMP_TLB_GEN", 0x58L),
          Map.entry("PC_SMP_TLB_OP", 0x5CL),
          Map.entry("IPI_INVLOP_VECTOR", (long) VECTOR),
          Map.entry("PM_CR3", 0L),
          Map.entry("PM_UCR3", 8L),
          Map.entry("PM_PCIDS", 16L),
          Map.entry("kernel_pmap", KERNEL_PMAP));

  private static final Map<String, Long> SERIAL_SYMBOLS =
      Map.of(
          "smp_tlb_request",
          SERIAL_REQUEST,
          "smp_tlb_wait",
          SERIAL_WAIT,
          "SR_ADDR1",
          0L,
          "SR_ADDR2",
          8L,
          "SR_PMAP",
          16L,
          "SR_OP",
          24L,
          "SR_INITIATOR",
          28L);

  final List<Cpu> cpus = new ArrayList<>();
  final List<TraceEvent> events = new ArrayList<>();
  final List<Violation> violations = new ArrayList<>();
  final Map<String, String> options = new HashMap<>();
  final Map<String, Supplier<Object>> sections = new HashMap<>();
  final Map<String, Long> symbols = new HashMap<>(SYMBOLS);
  private final ByteBuffer ram = ByteBuffer.allocate(0x10000).order(ByteOrder.LITTLE_ENDIAN);
  long time;
  PmapMachine pmap;

  FakeMachine(int count) {
    for (int i = 0; i < count; i++) {
      cpus.add(new Cpu(i));
    }
    write(USER_PMAP, 8, ROOT);
    write(USER_PMAP + 8, 8, -1);
    new PmapPlugin().options().forEach(option -> options.put(option.key(), option.defaultValue()));
  }

  FakeMachine withSerialRecord() {
    symbols.putAll(SERIAL_SYMBOLS);
    return this;
  }

  FakeMachine attach() throws PluginException {
    pmap = new PmapMachine(this);
    return this;
  }

  List<String> kinds() {
    return violations.stream().map(Violation::kind).toList();
  }

  /** The phases of shootdowns in the trace, in their order. */
  List<TraceKind> phases() {
    return events.stream()
        .map(TraceEvent::kind)
        .filter(kind -> kind.name().startsWith("SHOOTDOWN_"))
        .toList();
  }

  /** The plugin's section of the summary, as at the end of the run. */
  @SuppressWarnings("unchecked")
  Map<String, Object> section() {
    return (Map<String, Object>) sections.get("pmap").get();
  }

  /** A guest store that the tracker sees. */
  void store(Cpu cpu, long pa, int size, long value) {
    time++;
    long before = read(pa, size);
    write(pa, size, value);
    pmap.store(cpu, pa, pa, size, before, value);
  }

  /** A guest load that the tracker sees. */
  long load(Cpu cpu, long pa, int size) {
    time++;
    long value = read(pa, size);
    pmap.load(cpu, pa, size, value);
    return value;
  }

  @Override
  public int vcpuCount() {
    return cpus.size();
  }

  @Override
  public Vcpu vcpu(int index) {
    return cpus.get(index);
  }

  @Override
  public long now() {
    return time;
  }

  @Override
  public <T> T plugin(Class<T> type) {
    return type.cast(pmap);
  }

  @Override
  public long ramBytes() {
    return ram.capacity();
  }

  @Override
  public long read(long pa, int size) {
    return size == 8 ? ram.getLong((int) pa) : ram.getInt((int) pa) & 0xFFFFFFFFL;
  }

  @Override
  public void write(long pa, int size, long value) {
    if (size == 8) {
      ram.putLong((int) pa, value);
    } else {
      ram.putInt((int) pa, (int) value);
    }
  }

  @Override
  public void watch(long pa, boolean loads, boolean stores) {}

  @Override
  public void unwatch(long pa, boolean loads, boolean stores) {}

  @Override
  public MachineControl machine() {
    return this;
  }

  @Override
  public String option(String key) {
    return options.get(key);
  }

  @Override
  public TraceSink trace() {
    return events::add;
  }

  @Override
  public Symbols symbols() {
    return this;
  }

  @Override
  public void report(String key, Supplier<Object> section) {
    sections.put(key, section);
  }

  @Override
  public void violation(Violation violation) {
    violations.add(violation);
  }

  @Override
  public Optional<Long> address(String name) {
    return Optional.ofNullable(symbols.get(name));
  }

  @Override
  public long size(String name) {
    return 0;
  }

  @Override
  public String at(long va) {
    return "fake+0x" + Long.toHexString(va);
  }

  /** An entry of a fake TLB. */
  record Entry(long serial, long va, int pageShift, long pa, int pcid, long root, boolean global)
      implements TlbEntry {
    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public boolean user() {
      return true;
    }

    @Override
    public boolean executable() {
      return false;
    }

    @Override
    public boolean dirty() {
      return true;
    }

    @Override
    public TlbLevel level() {
      return TlbLevel.L1_DATA;
    }

    @Override
    public boolean watched() {
      return false;
    }

    @Override
    public long[] derivedFrom() {
      return new long[1];
    }
  }

  /** A CPU whose state the test writes. */
  final class Cpu extends StillMachine.Cpu {
    final List<TlbEntry> entries = new ArrayList<>();
    final List<TlbEntry> stale = new ArrayList<>();
    final List<TlbEntry> watched = new ArrayList<>();
    final List<String> invalidated = new ArrayList<>();
    long rip = 0x100000;
    long flags = 0x202;
    long cr3 = ROOT;
    int cpl;

    Cpu(int index) {
      super(index);
    }

    @Override
    public MachineControl machine() {
      return FakeMachine.this;
    }

    @Override
    public long rip() {
      return rip;
    }

    @Override
    public long rflags() {
      return flags;
    }

    @Override
    public long cr(int n) {
      return cr3;
    }

    @Override
    public int cpl() {
      return cpl;
    }

    @Override
    public int pcid() {
      return 5;
    }

    @Override
    public long translate(long va) {
      return va;
    }

    @Override
    public List<TlbEntry> entries() {
      return entries;
    }

    @Override
    public List<TlbEntry> structureEntries() {
      return List.of();
    }

    @Override
    public void watch(TlbEntry entry) {
      watched.add(entry);
    }

    @Override
    public Mapping lookup(long root, long va) {
      return null;
    }

    @Override
    public boolean agreesWithPageTables(TlbEntry entry) {
      return !stale.contains(entry);
    }

    @Override
    public void invalidatePage(long va, Invalidation why) {
      invalidated.add("page 0x" + Long.toHexString(va));
    }

    @Override
    public void invalidatePage(long va, int pcid, Invalidation why) {
      invalidated.add("page 0x" + Long.toHexString(va) + " pcid 0x" + Integer.toHexString(pcid));
    }

    @Override
    public void invalidatePcid(int pcid, Invalidation why) {
      invalidated.add("pcid 0x" + Integer.toHexString(pcid));
    }

    @Override
    public void invalidateAll(boolean globals, Invalidation why) {
      invalidated.add(globals ? "all and globals" : "all");
    }
  }
}
