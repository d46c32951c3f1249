package io.tlbscope.core.isa;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Runs binutils' objdump and reads its lines: an independent decoder to compare with. */
final class Objdump {
  /** Words objdump writes for prefixes in front of the mnemonic. */
  private static final Set<String> PREFIXES =
      Set.of(
          "cs",
          "ds",
          "es",
          "ss",
          "fs",
          "gs",
          "data16",
          "data32",
          "addr16",
          "addr32",
          "lock",
          "rep",
          "repz",
          "repnz",
          "repne",
          "repe",
          "bnd",
          "notrack",
          "xacquire",
          "xrelease");

  private Objdump() {}

  /**
   * One line: the offset in the file, the length, the whole text, and the mnemonic alone ("" where
   * there is none).
   */
  record Line(int offset, int length, String text, String mnemonic) {}

  static boolean installed(String... tools) {
    for (String tool : tools) {
      boolean found = false;
      for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
        found |= Files.isExecutable(Path.of(folder, tool));
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  static List<Line> lines(Path file, CodeMode mode) throws IOException, InterruptedException {
    String machine =
        switch (mode) {
          case BITS16 -> "i8086";
          case BITS32 -> "i386";
          case BITS64 -> "i386:x86-64";
        };
    Path output = Files.createTempFile(file.toAbsolutePath().getParent(), "objdump", ".txt");
    run(
        output,
        "objdump",
        "-D",
        "-w",
        "-b",
        "binary",
        "-m",
        machine,
        "-M",
        "intel",
        file.toString());
    List<Line> lines = new ArrayList<>();
    for (String line : Files.readAllLines(output)) {
      String[] columns = line.split("\t");
      if (columns.length == 3 && columns[0].endsWith(":")) {
        int offset = Integer.parseInt(columns[0].replace(":", "").trim(), 16);
        lines.add(
            new Line(
                offset,
                columns[1].trim().split(" ").length,
                columns[2].trim(),
                mnemonic(columns[2].trim())));
      }
    }
    return lines;
  }

  static void run(Path output, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + Files.readString(output));
    }
  }

  private static String mnemonic(String text) {
    for (String word : text.split("\\s+")) {
      if (!PREFIXES.contains(word) && !word.startsWith("rex")) {
        return word;
      }
    }
    return "";
  }
}
