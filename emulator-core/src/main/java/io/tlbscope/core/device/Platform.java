package io.tlbscope.core.device;

import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.List;

/** The devices of one machine, wired: ports, interrupt lines, clock. */
public final class Platform implements Stateful {
  private final MachineControl machine;
  private final Ports ports = new Ports();
  private final boolean[] levels = new boolean[16];
  private final PicPair pic;
  private final Uart16550 uart;

  /** Everything with state of its own, in a fixed order. */
  private final List<Stateful> devices;

  private Platform(MachineControl machine, PlatformConfig config) {
    this.machine = machine;
    DeviceClock clock = DeviceClock.of(machine);
    pic = new PicPair(this::intrChanged);
    uart = new Uart16550(this::line, 4, config.consoleOut(), config.consoleIn());
    Pit8254 pit = new Pit8254(clock, this::line);
    ports.claim(0x20, 2, pic);
    ports.claim(0xA0, 2, pic);
    ports.claim(0x4D0, 2, pic);
    ports.claim(0x40, 4, pit);
    ports.claim(0x61, 1, pit);
    ports.claim(0x3F8, 8, uart);
    Ps2Controller keyboard = new Ps2Controller(config.exit());
    ports.claim(0x60, 1, keyboard);
    ports.claim(0x64, 1, keyboard);
    Rtc rtc = new Rtc(clock, this::line, config);
    FwCfg firmware = new FwCfg(config);
    AcpiPm acpi = new AcpiPm(clock, config.exit());
    ExitPorts exits = new ExitPorts(config);
    ports.claim(0x70, 2, rtc);
    ports.claim(0x510, 2, firmware);
    ports.claim(AcpiPm.BASE, AcpiPm.PORTS, acpi);
    exits.claim(ports);
    devices = List.of(pic, uart, pit, keyboard, rtc, firmware, acpi, exits);
  }

  /** Makes the devices; needs no vCPU yet. */
  public static Platform create(MachineControl machine, PlatformConfig config) {
    return new Platform(machine, config);
  }

  public Ports ports() {
    return ports;
  }

  /** For {@link MachineControl#picOutput}. */
  public boolean picOutput() {
    return pic.intr();
  }

  /** For {@link MachineControl#picAcknowledge}. */
  public int picAcknowledge() {
    return pic.acknowledge();
  }

  /** Lets the UART fetch typed input; the run loop calls it between slices. */
  public void pollConsole() {
    uart.poll();
  }

  private void line(int irq, boolean level) {
    if (levels[irq] == level) {
      return;
    }
    levels[irq] = level;
    pic.line(irq, level);
    InterruptHooks.line(machine, irq, level);
  }

  private void intrChanged(boolean level) {
    if (level && machine.vcpuCount() > 0) {
      machine.vcpu(0).signal();
    }
  }

  @Override
  public void save(StateWriter to) {
    to.tag("platform");
    to.putBooleans(levels);
    devices.forEach(to::put);
  }

  @Override
  public void load(StateReader from) {
    from.tag("platform");
    from.getBooleans(levels);
    devices.forEach(from::get);
  }
}
