package io.tlbscope.apic;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The plugin sees of the core what any plugin may see: the seams, the plugin interface, the trace
 * and the form of snapshots.
 */
@AnalyzeClasses(packages = "io.tlbscope.apic", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule KNOWS_THE_SEAMS_ALONE =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "io.tlbscope.apic..",
              "io.tlbscope.core.hook..",
              "io.tlbscope.core.plugin..",
              "io.tlbscope.core.state..",
              "io.tlbscope.core.trace..",
              "net.bytebuddy..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule BYTE_BUDDY_IN_ADVICE_ALONE =
      noClasses()
          .that()
          .haveNameNotMatching(".*Advice(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("net.bytebuddy..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule TIME_AND_CHANCE_COME_FROM_THE_MACHINE =
      noClasses()
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callConstructor(java.util.Random.class)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule NOTHING_PRINTS =
      noClasses()
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .allowEmptyShould(true);
}
