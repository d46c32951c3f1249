package io.tlbscope.tools.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** All measures, in the order of the tables. */
final class Suite {
  private static final List<String> OBSERVED = List.of("apic", "pmap");
  private static final List<String> APIC = List.of("apic");
  private static final int[] SHOOTDOWN_CPUS = {2, 4, 8, 16};
  private static final Map<String, String> ROUND_TRIPS =
      Map.of(
          "flag-spin", "answered by a store, both spin",
          "back-spin", "answered by an IPI, both spin",
          "flag-halt", "answered by a store, the target sleeps",
          "back-halt", "answered by an IPI, both sleep");

  /** Iterations that take about a millisecond under QEMU. */
  private static final int IPIS = 50;

  private static final int SHOOTDOWNS = 1;
  private static final int TURNS = 50_000;
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
    return "only=" + kernel + " reps=1000000 scale=" + MarkedMeasure.scale(1);
  }

  private static void smp(List<Measure> all) {
    for (String variant : List.of("flag-spin", "back-spin", "flag-halt", "back-halt")) {
      all.add(
          new MarkedMeasure(
              "ipi-" + variant,
              Group.SMP,
              "IPI round trip between 2 vCPUs, " + ROUND_TRIPS.get(variant),
              Unit.NANOS_PER_OP,
              "ipi-" + variant,
              new GuestRun("bench-ipi", 2, 128, repeated("variant=" + variant, IPIS), APIC, true)));
    }
    for (int cpus : SHOOTDOWN_CPUS) {
      shootdown(all, cpus, "scoreboard");
      shootdown(all, cpus, "serial");
    }
    for (String phase : List.of("compute-one", "compute-all")) {
      all.add(
          new MarkedMeasure(
              phase,
              Group.SMP,
              phase.equals("compute-one")
                  ? "turns of a loop on one of 2 vCPUs"
                  : "turns of the same loop on both",
              Unit.OPS_PER_SECOND,
              phase,
              new GuestRun("bench-compute", 2, 128, repeated("cpus=2", TURNS), APIC, true)));
    }
  }

  private static void shootdown(List<Measure> all, int cpus, String protocol) {
    all.add(
        new MarkedMeasure(
            "shootdown-" + protocol + "-" + cpus,
            Group.SMP,
            "shootdowns of a page, all " + cpus + " vCPUs at once, " + protocol + " protocol",
            Unit.OPS_PER_SECOND,
            "shootdown-" + protocol + "-page",
            new GuestRun(
                "bench-shootdown",
                cpus,
                128,
                repeated("protocol=" + protocol + " op=page", SHOOTDOWNS),
                APIC,
                true)));
  }

  /** A phase again and again, of {@code each} iterations for a thousandth of the usual work. */
  private static String repeated(String options, int each) {
    return options + " reps=1000000 iterations=" + MarkedMeasure.scale(each);
  }

  private static void scale(List<Measure> all) {
    all.add(loop("loop-1-deterministic", 1));
    all.add(loop("loop-" + MANY + "-deterministic", MANY));
  }

  private static Measure loop(String name, int cpus) {
    return new MarkedMeasure(
        name,
        Group.SCALE,
        "ten instructions, shared out to " + cpus + (cpus == 1 ? " vCPU" : " busy vCPUs"),
        Unit.NANOS_PER_OP,
        "loop",
        new GuestRun(
            "bench-loop",
            cpus,
            128,
            "cpus=all reps=1000000 scale=" + MarkedMeasure.scale(1),
            APIC,
            false));
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
