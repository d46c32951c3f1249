package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckEnginesCommandTest {
  @TempDir Path folder;

  @Test
  void enginesThatAgreeEndWith0() {
    Cli.Result result = Cli.real("check-engines", "--seed", "5", "--count", "3");
    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.out().startsWith("3 programs from seed 5 on"), result.out());
    assertTrue(result.out().contains("interpret and translate agree"), result.out());
  }

  @Test
  void aPluginAddsItsEventsToWhatIsCompared() {
    Cli.Result result =
        Cli.real("check-engines", "--count", "2", "--plugin", "apic", "--plugin", "pmap");
    assertEquals(0, result.exit(), result.out() + result.err());
  }

  @Test
  void aDifferenceEndsWith14AndSaysHowToSeeItAgain() {
    FakeMachines machines = new FakeMachines();
    machines.guestExit = 35;
    Cli.Result result = Cli.run(machines, "check-engines", "--seed", "7", "--minutes", "1");
    assertEquals(14, result.exit(), result.out() + result.err());
    assertTrue(result.out().startsWith("seed 7: "), result.out());
    assertTrue(result.out().contains("./tlbscope check-engines --seed 7 --count 1"), result.out());
  }

  @Test
  void keepLeavesImageAndListing() throws Exception {
    Cli.real("check-engines", "--seed", "9", "--count", "1", "--keep", folder.toString());
    assertTrue(Files.size(folder.resolve("seed-9.bin")) > 100_000);
    assertTrue(Files.readString(folder.resolve("seed-9.lst")).contains("iretq"));
  }

  @Test
  void anUnknownEngineIsBadUsage() {
    for (String engines : new String[] {"interpret", "interpret,dream", "a,b,c"}) {
      Cli.Result result = Cli.real("check-engines", "--engines", engines, "--count", "1");
      assertEquals(2, result.exit(), engines);
      assertTrue(result.err().contains("--engines") && result.showsNoStackTrace(), result.err());
    }
    assertEquals(2, Cli.real("check-engines", "--count", "0").exit());
  }
}
