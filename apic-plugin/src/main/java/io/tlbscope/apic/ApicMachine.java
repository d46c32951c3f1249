package io.tlbscope.apic;

import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.plugin.ApicTopology;
import io.tlbscope.core.plugin.TopologyProvider;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** The APICs of one machine: a local APIC a vCPU, one I/O APIC, the bus between them. */
public final class ApicMachine implements TopologyProvider, Stateful {
  private static final long PAGE = ~0xFFFL;

  /** ACPI's interrupt: guests take it to be low-active unless they are told. */
  private static final int SCI_IRQ = 9;

  /** Flags of an override: polarity high, trigger level (ACPI specification 5.2.12.5). */
  private static final int HIGH_LEVEL = 1 | 3 << 2;

  /** ISA IRQ 0 arrives at pin 2, as on every PC; pin 0 is the PIC's and not wired here. */
  private static final int TIMER_IRQ = 0, TIMER_PIN = 2, CASCADE_IRQ = 2;

  private final MachineControl control;
  private final List<LocalApic> apics = new ArrayList<>();
  private final ApicBus bus;
  private final IoApic ioApic;
  private final ApicCpuid cpuid;
  private final ApicCounters counters = new ApicCounters();

  ApicMachine(MachineControl control, boolean x2apic, boolean suppressEoi) {
    this.control = control;
    int cpus = control.vcpuCount();
    ApicModel model = new ApicModel(x2apic, suppressEoi, CpuidModel.PHYSICAL_BITS);
    ApicClock clock = ApicClock.of(control);
    for (int i = 0; i < cpus; i++) {
      apics.add(new LocalApic(i, model, clock, new VcpuOutput(this, i)));
    }
    bus = new ApicBus(apics, this::sent);
    ioApic = new IoApic(ioApicId(), bus::interrupt);
    cpuid = new ApicCpuid(cpus, x2apic);
  }

  /** The first ID after the local APICs'; four bits is what the register holds. */
  private int ioApicId() {
    return Math.min(apics.size(), 15);
  }

  private void sent(LocalApic from, InterruptCommand command, BitSet targets) {
    counters.sent++;
    InterruptHooks.ipiSent(
        control.vcpu(from.id()),
        command.vector(),
        command.mode().ordinal(),
        command.icr(),
        targets);
  }

  MachineControl control() {
    return control;
  }

  LocalApic apic(int index) {
    return apics.get(index);
  }

  ApicBus bus() {
    return bus;
  }

  IoApic ioApic() {
    return ioApic;
  }

  ApicCpuid cpuid() {
    return cpuid;
  }

  ApicCounters counters() {
    return counters;
  }

  @Override
  public ApicTopology topology() {
    return new ApicTopology(
        IntStream.range(0, apics.size()).boxed().toList(),
        ApicModel.DEFAULT_PA,
        ApicModel.VERSION,
        ioApicId(),
        IoApic.VERSION,
        IoApic.DEFAULT_PA,
        0,
        List.of(
            new ApicTopology.Override(TIMER_IRQ, TIMER_PIN, 0),
            new ApicTopology.Override(SCI_IRQ, SCI_IRQ, HIGH_LEVEL)));
  }

  /** Each local APIC's state, for a debugger. */
  String view() {
    StringBuilder text = new StringBuilder();
    apics.forEach(apic -> text.append(apic.view()));
    return text.toString();
  }

  /** An ISA interrupt line changed. */
  void line(int irq, boolean level) {
    if (irq != CASCADE_IRQ) {
      ioApic.line(irq == TIMER_IRQ ? TIMER_PIN : irq, level);
    }
  }

  /** Power-on reset of one vCPU; the bootstrap processor's resets the I/O APIC too. */
  void reset(int index) {
    apics.get(index).reset();
    if (index == 0) {
      ioApic.reset(ioApicId());
    }
  }

  boolean claims(int index, long paPage) {
    return paPage == IoApic.DEFAULT_PA || apics.get(index).claims(paPage);
  }

  /** Loads of 1, 2, 4 or 8 bytes; only the first four bytes of each 16 hold anything. */
  long read(int index, long pa, int size) {
    int offset = (int) pa & 0xFF0;
    int within = (int) pa & 0xF;
    if (within >= 4) {
      return 0;
    }
    long register;
    if (apics.get(index).claims(pa & PAGE)) {
      register = apics.get(index).readPage(offset);
    } else {
      register = (pa & 0xFFF) < 0x100 ? ioApic.read(offset) : 0;
    }
    long value = (register & 0xFFFF_FFFFL) >>> 8 * within;
    return size == 8 ? value : value & (1L << 8 * size) - 1;
  }

  /**
   * Stores must be 32 bits wide and aligned to 16 (11.4.1); IOREGSEL takes a byte too. Others are
   * counted.
   */
  void write(int index, long pa, int size, long value) {
    int offset = (int) pa & 0xFF0;
    boolean aligned = (pa & 0xF) == 0;
    if (apics.get(index).claims(pa & PAGE)) {
      if (aligned && size == 4) {
        apics.get(index).writePage(offset, (int) value);
      } else {
        apics.get(index).ignored("unaligned-register-store");
      }
    } else if (aligned && (size == 4 || offset == 0)) {
      ioApic.write((pa & 0xFFF) < 0x100 ? offset : 0xFFF, (int) value);
    } else {
      apics.get(index).ignored("unaligned-register-store");
    }
  }

  @Override
  public void save(StateWriter to) {
    apics.forEach(to::put);
    to.put(ioApic);
    to.put(counters);
  }

  @Override
  public void load(StateReader from) {
    apics.forEach(from::get);
    from.get(ioApic);
    from.get(counters);
  }
}
