package io.tlbscope.tools.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** All measures, in the order of the tables. */
final class Suite {
  private static final List<String> OBSERVED = List.of("apic", "pmap");
  private static final List<String> APIC = List.of("apic");
  private static final int[] SHOOTDOWN_CPUS = {2, 4, 8, 16};
  private static final int[] LOOP_CPUS = {1, 2};
  private static final int MANY = 64;

  private Suite() {}

  static List<Measure> all(List<Kernel> kernels) {
    List<Measure> all = new ArrayList<>();
    kernels.stream().filter(Kernel::portable).map(Suite::kernel).forEach(all::add);
    kernels.stream().filter(kernel -> !kernel.portable()).map(Suite::kernel).forEach(all::add);
    smp(all);
    scale(all);
    plugins(all);
    all.add(new StartupMeasure());
    all.addAll(MemoryMeasure.all());
    all.add(
        new WarmupMeasure(
            kernels.stream().filter(Kernel::portable).findFirst().orElseThrow().name()));
    return all;
  }

  /**
   * Those that were asked for by name or by group; all when nothing was.
   *
   * @throws IllegalArgumentException naming what is unknown
   */
  static List<Measure> choose(List<Measure> all, List<String> only) {
    if (only.isEmpty()) {
      return all;
    }
    Set<Measure> chosen = new LinkedHashSet<>();
    for (String word : only) {
      List<Measure> found =
          all.stream()
              .filter(each -> each.name().equals(word) || each.group().text().equals(word))
              .toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException(word);
      }
      chosen.addAll(found);
    }
    return all.stream().filter(chosen::contains).toList();
  }

  private static Measure kernel(Kernel kernel) {
    return new MarkedMeasure(
        kernel.name(),
        kernel.portable() ? Group.KERNELS : Group.SYSTEM,
        kernel.what(),
        Unit.NANOS_PER_OP,
        kernel.name(),
        GuestRun.single("bench", only(kernel.name())));
  }

  private static String only(String kernel) {
    return "only=" + kernel + " reps=1000000 scale=" + MarkedMeasure.SCALE;
  }

  private static void smp(List<Measure> all) {
    all.add(
        new MarkedMeasure(
            "ipi",
            Group.SMP,
            "IPI round trip between two running vCPUs",
            Unit.NANOS_PER_OP,
            "ipi",
            new GuestRun("bench-ipi", 2, 128, "", APIC, true)));
    for (int cpus : SHOOTDOWN_CPUS) {
      shootdown(all, cpus, "scoreboard", "variant=parallel");
      shootdown(all, cpus, "serial", "variant=serial");
    }
    for (int cpus : LOOP_CPUS) {
      all.add(loop("loop-" + cpus, Group.SMP, cpus, true));
    }
  }

  private static void shootdown(List<Measure> all, int cpus, String protocol, String append) {
    all.add(
        new MarkedMeasure(
            "shootdown-" + protocol + "-" + cpus,
            Group.SMP,
            "shootdowns, all " + cpus + " vCPUs at once, " + protocol + " protocol",
            Unit.OPS_PER_SECOND,
            "shootdown",
            new GuestRun("bench-shootdown", cpus, 128, append, APIC, true)));
  }

  private static void scale(List<Measure> all) {
    all.add(loop("loop-1-deterministic", Group.SCALE, 1, false));
    all.add(loop("loop-" + MANY + "-deterministic", Group.SCALE, MANY, false));
  }

  private static Measure loop(String name, Group group, int cpus, boolean parallel) {
    return new MarkedMeasure(
        name,
        group,
        "ten instructions, shared out to " + cpus + (cpus == 1 ? " vCPU" : " busy vCPUs"),
        Unit.NANOS_PER_OP,
        "loop",
        new GuestRun(
            "bench-loop",
            cpus,
            128,
            "cpus=all reps=1000000 scale=" + MarkedMeasure.SCALE,
            APIC,
            parallel));
  }

  private static void plugins(List<Measure> all) {
    for (String kernel : List.of("sieve", "tlbmiss")) {
      plugin(all, kernel, "none", List.of());
      plugin(all, kernel, "apic", APIC);
      plugin(all, kernel, "apic-pmap", OBSERVED);
    }
  }

  private static void plugin(List<Measure> all, String kernel, String name, List<String> plugins) {
    all.add(
        new MarkedMeasure(
            kernel + "-plugins-" + name,
            Group.PLUGINS,
            kernel + ", plugins: " + (plugins.isEmpty() ? "none" : String.join(", ", plugins)),
            Unit.NANOS_PER_OP,
            kernel,
            new GuestRun("bench", 1, 128, only(kernel), plugins, false)));
  }

  /** Whether the measure is about tlbscope alone. */
  static boolean ownOnly(Measure measure) {
    return Stream.of(Group.PLUGINS, Group.SCALE).anyMatch(measure.group()::equals);
  }
}
