package io.tlbscope.core.architecture;

import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may know whom in the core: every room, a package below io.tlbscope.core, depends on rooms
 * further down only.
 */
@AnalyzeClasses(packages = "io.tlbscope.core", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
  private static final String CORE = "io.tlbscope.core.";

  /** What each room may depend on; itself always, run on everything. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("state", Set.of()),
          Map.entry("hook", Set.of()),
          Map.entry("trace", Set.of()),
          Map.entry("isa", Set.of()),
          Map.entry("fp", Set.of()),
          Map.entry("cpu", Set.of("state", "hook", "fp")),
          Map.entry("x87", Set.of("fp", "cpu")),
          Map.entry("memory", Set.of("state", "hook", "cpu")),
          Map.entry("mmu", Set.of("state", "hook", "cpu", "memory")),
          Map.entry("device", Set.of("state", "hook", "cpu", "memory")),
          Map.entry("vcpu", Set.of("state", "hook", "cpu", "memory", "mmu", "device", "isa")),
          Map.entry("trap", Set.of("hook", "cpu", "memory", "mmu", "vcpu")),
          Map.entry(
              "system", Set.of("hook", "cpu", "memory", "mmu", "device", "vcpu", "trap", "isa")),
          Map.entry("ir", Set.of("isa", "fp", "cpu", "x87", "memory", "system")),
          Map.entry(
              "interpret",
              Set.of(
                  "hook", "isa", "fp", "cpu", "x87", "memory", "mmu", "vcpu", "trap", "system",
                  "ir")),
          Map.entry(
              "translate",
              Set.of("isa", "fp", "cpu", "x87", "memory", "mmu", "vcpu", "ir", "interpret")),
          Map.entry("gdb", Set.of("hook", "cpu", "memory", "mmu", "vcpu")),
          Map.entry("plugin", Set.of("state", "hook", "trace")),
          Map.entry("weave", Set.of("hook", "plugin")),
          Map.entry(
              "boot", Set.of("hook", "cpu", "isa", "memory", "device", "mmu", "vcpu", "plugin")));

  @ArchTest
  static final ArchRule ROOMS_HAVE_NO_CYCLES =
      slices().matching("io.tlbscope.core.(*)..").should().beFreeOfCycles();

  @ArchTest
  static void everyRoomKnowsOnlyThoseBelowIt(JavaClasses classes) {
    Set<String> broken = new TreeSet<>();
    for (JavaClass type : classes) {
      String from = room(type);
      type.getDirectDependenciesFromSelf().stream()
          .filter(d -> d.getTargetClass().getPackageName().startsWith(CORE))
          .filter(d -> !room(d.getTargetClass()).equals(from))
          .filter(
              d ->
                  !from.equals("run")
                      && !MAY_USE.getOrDefault(from, Set.of()).contains(room(d.getTargetClass())))
          .forEach(
              d ->
                  broken.add(from + " -> " + room(d.getTargetClass()) + ": " + d.getDescription()));
    }
    assertEquals(Set.of(), broken);
  }

  @ArchTest
  static void everyRoomIsListedHere(JavaClasses classes) {
    Set<String> rooms = new TreeSet<>();
    classes.forEach(type -> rooms.add(room(type)));
    rooms.remove("run");
    assertTrue(
        MAY_USE.keySet().containsAll(rooms), () -> "say in MAY_USE what these may use: " + rooms);
  }

  @ArchTest
  static final ArchRule ONLY_WEAVE_KNOWS_BYTE_BUDDY =
      noClasses()
          .that()
          .resideOutsideOfPackage("..core.weave..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("net.bytebuddy..", "java.lang.instrument..");

  @ArchTest
  static final ArchRule CORE_KNOWS_NO_PLUGIN =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.tlbscope.apic..",
              "io.tlbscope.pmap..",
              "io.tlbscope.tools..",
              "io.tlbscope.guests..");

  /**
   * Time and chance come from the machine: a run replays bit for bit. The listed classes serve the
   * host, not the guest.
   */
  @ArchTest
  static final ArchRule NOTHING_LOOKS_AT_THE_HOSTS_CLOCK_OR_DICE =
      noClasses()
          .that(are(not(onTheHostsSide())))
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callConstructor(java.util.Random.class)
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom");

  @ArchTest
  static final ArchRule NOTHING_PRINTS =
      noClasses()
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(CORE) ? name.substring(CORE.length()).replaceFirst("\\..*", "") : name;
  }

  private static DescribedPredicate<JavaClass> onTheHostsSide() {
    List<String> names = List.of("io.tlbscope.core.run.HostClock");
    return DescribedPredicate.describe(
        "on the host's side", type -> names.contains(type.getFullName()));
  }

  private static DescribedPredicate<JavaClass> not(DescribedPredicate<JavaClass> predicate) {
    return DescribedPredicate.not(predicate);
  }
}
