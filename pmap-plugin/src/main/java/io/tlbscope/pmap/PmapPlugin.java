package io.tlbscope.pmap;

import io.tlbscope.core.plugin.Plugin;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.PluginOption;
import java.util.ArrayList;
import java.util.List;

/** Entry point of the plugin {@code pmap}. */
public final class PmapPlugin implements Plugin {
  @Override
  public String name() {
    return "pmap";
  }

  @Override
  public String description() {
    return "follows TLB shootdowns, checks their protocol, catches stale translations";
  }

  @Override
  public int apiVersion() {
    return 1;
  }

  @Override
  public List<PluginOption> options() {
    List<PluginOption> options = new ArrayList<>();
    options.add(
        new PluginOption(
            "os",
            "any",
            "any: follows the shootdowns whose variables the guest has; linux: follows Linux's own, without symbols"));
    options.add(
        new PluginOption(
            "handler", "guest", "guest, or host: the plugin serves IPI_INVLOP itself"));
    options.add(
        new PluginOption(
            "check",
            "all",
            "all; protocol: no search for stale translations; stale: as all, and every store to page tables is followed"));
    options.addAll(StaleCheck.options());
    options.add(
        new PluginOption(
            "events", "tlb", "tlb, or protocol: no TLB fill, evict and drop events in the trace"));
    options.add(
        new PluginOption(
            "symbols",
            "",
            "file with names for the kernel's addresses, as System.map or /proc/kallsyms have them; empty: none"));
    options.addAll(GuestLayout.options());
    return options;
  }

  @Override
  public List<Class<?>> advice() {
    return PmapAdvice.ALL;
  }

  @Override
  public Object attach(PluginContext context) throws PluginException {
    return new PmapMachine(context);
  }
}
