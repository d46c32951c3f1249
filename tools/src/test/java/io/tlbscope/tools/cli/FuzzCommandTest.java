package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuzzCommandTest {
  @TempDir Path folder;

  @Test
  void guestsOfAllModesStand() {
    Cli.Result result = Cli.real("fuzz", "--count", "5", "--seed", "3");
    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.out().startsWith("20 guests of at most 3,000 instructions"), result.out());
  }

  @Test
  void oneModeWithStoreBuffersAndItsImageKept() throws Exception {
    String words = "fuzz --mode device --count 2 --memory-order tso --keep " + folder;
    Cli.Result result = Cli.real(words.split(" "));
    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.out().startsWith("2 guests"), result.out());
    assertEquals(0x3000, Files.size(folder.resolve("guest.bin")));
  }

  @Test
  void aBugEndsWith14AndSaysHowToSeeItAgain() {
    FakeMachines machines = new FakeMachines();
    Cli.Result result = Cli.run(machines, "fuzz", "--mode", "32", "--seed", "9");
    assertEquals(14, result.exit(), result.out() + result.err());
    assertTrue(result.out().startsWith("mode 32, seed 9: 1234567 instructions"), result.out());
    assertTrue(result.out().contains("./tlbscope fuzz --mode 32 --seed 9 --count 1"), result.out());
  }

  @Test
  void whatCannotBeIsBadUsage() {
    for (String words :
        new String[] {"--mode 8", "--count 0", "--engine warp", "--memory-order arm"}) {
      Cli.Result result = Cli.real(("fuzz " + words).split(" "));
      assertEquals(2, result.exit(), words);
      assertTrue(result.err().contains("give") && result.showsNoStackTrace(), result.err());
    }
  }
}
