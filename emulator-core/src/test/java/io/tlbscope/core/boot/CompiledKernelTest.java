package io.tlbscope.core.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tlbscope.core.plugin.PluginContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What gcc and ld link loads, and its symbols are those nm prints. */
class CompiledKernelTest extends BootFixture {
  private static final String SOURCE =
      """
      asm(".section .text\\n .balign 4\\n .long 0x1BADB002, 0, -0x1BADB002\\n"
          ".globl _start\\n _start: hlt\\n .globl STRIDE\\n STRIDE = 0x140\\n");
      int counter = 7;
      char zeros[100000];
      int work(int n) { zeros[n] = 1; return counter + n; }
      """;

  private String run(String... command) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int status = process.waitFor();
    String text = Files.readString(output);
    assumeTrue(status == 0, () -> String.join(" ", command) + ": " + text);
    return text;
  }

  @ParameterizedTest
  @ValueSource(strings = {"-m64", "-m32"})
  void linkedKernelLoadsWithItsSymbols(String width) throws Exception {
    for (String tool : new String[] {"gcc", "nm"}) {
      assumeTrue(Files.isExecutable(Path.of("/usr/bin", tool)), "needs " + tool);
    }
    file("kernel.c", SOURCE.getBytes(StandardCharsets.US_ASCII));
    run(
        "gcc",
        width,
        "-O1",
        "-ffreestanding",
        "-fno-pic",
        "-nostdlib",
        "-static",
        "-no-pie",
        "-Wl,-Ttext=0x100000",
        "-Wl,--build-id=none",
        "-Wl,-z,max-page-size=4096",
        "-o",
        "kernel.elf",
        "kernel.c");
    GuestImage image =
        ImageLoader.load(folder.resolve("kernel.elf"), BootOptions.defaults(), memory);
    PluginContext.Symbols symbols = image.symbols();
    int compared = 0;
    for (String line : run("nm", "kernel.elf").split("\n")) {
      String[] columns = line.split(" ");
      assertEquals(
          Optional.of(Long.parseUnsignedLong(columns[0], 16)), symbols.address(columns[2]), line);
      compared++;
    }
    assertTrue(compared > 5);
    assertEquals(0xF4, memory.read(image.entry().rip(), 1));
    assertEquals(7, memory.read(symbols.address("counter").orElseThrow(), 4));
    assertEquals(Optional.of(0x140L), symbols.address("STRIDE"));
    assertEquals(100_000, symbols.size("zeros"));
    assertEquals("work+0x1", symbols.at(symbols.address("work").orElseThrow() + 1));
  }
}
