package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell launcher beside a jar that is newer than every source. */
class LauncherIT {
  @TempDir Path folder;

  private String launch(ProcessBuilder builder, int exit) throws Exception {
    Path out = folder.resolve("out.txt");
    Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher hangs");
    String text = Files.readString(out);
    assertEquals(exit, process.exitValue(), text);
    return text;
  }

  private static ProcessBuilder launcher(String... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = Path.of("..", "tlbscope").toAbsolutePath().normalize().toString();
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    return new ProcessBuilder(words);
  }

  @Test
  void nothingIsBuiltWhenNothingChanged() throws Exception {
    String text = launch(launcher("--version"), 0);
    assertTrue(text.startsWith("tlbscope "), text);
    assertFalse(text.contains("building"), text);
  }

  @Test
  void itWorksFromAnyFolderAndPassesTheExitCodeOn() throws Exception {
    String text = launch(launcher("run", "hello").directory(folder.toFile()), 33);
    assertTrue(text.contains("PASS hello"), text);
    launch(launcher("run", "hello", "--cpus", "0"), ExitCode.USAGE.code());
  }
}
