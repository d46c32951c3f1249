package io.tlbscope.apic;

import io.tlbscope.core.plugin.Plugin;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.PluginOption;
import java.util.List;

/** Brings the local APICs and the I/O APIC. */
public final class ApicPlugin implements Plugin {
  @Override
  public String name() {
    return "apic";
  }

  @Override
  public String description() {
    return "local APICs (xAPIC and x2APIC) and an I/O APIC with 24 pins";
  }

  @Override
  public int apiVersion() {
    return 1;
  }

  @Override
  public List<PluginOption> options() {
    return List.of(
        new PluginOption("x2apic", "on", "on or off: whether CPUID offers x2APIC mode"),
        new PluginOption(
            "suppress-eoi",
            "on",
            "on or off: whether software may suppress EOI broadcasts (SVR bit 12)"));
  }

  @Override
  public List<Class<?>> advice() {
    return ApicAdvice.all();
  }

  @Override
  public Object attach(PluginContext context) throws PluginException {
    ApicMachine machine =
        new ApicMachine(context.machine(), flag(context, "x2apic"), flag(context, "suppress-eoi"));
    context.report("ipis", machine.counters()::ipis);
    context.report("apic", machine.counters()::apic);
    context.view("apic", machine::view);
    context.state(machine);
    return machine;
  }

  private static boolean flag(PluginContext context, String key) throws PluginException {
    return switch (context.option(key)) {
      case "on" -> true;
      case "off" -> false;
      default ->
          throw new PluginException(
              "plugin apic: " + key + "=" + context.option(key) + " is neither on nor off");
    };
  }
}
