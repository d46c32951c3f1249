package io.tlbscope.core.interpret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tlbscope.core.interpret.NativeOracle.Record;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.Decoder;
import io.tlbscope.core.isa.Disassembler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random instructions give the same registers, defined flags and memory as on the host CPU. */
class NativeOracleTest {
  private static final int COMPARED_FLAGS = 0xCD5;

  @TempDir Path directory;

  @BeforeAll
  static void compilerIsThere() {
    boolean ci = "true".equals(System.getenv("CI"));
    assumeTrue(ci || NativeOracle.available(), "native oracle skipped: no gcc on an x86-64 host");
  }

  @Test
  void integerInstructionsAgreeWithTheHost() throws IOException, InterruptedException {
    compare("forms.txt", 12_000, 20261123);
  }

  @Test
  void sseInstructionsAgreeWithTheHost() throws IOException, InterruptedException {
    compare("sse-forms.txt", 10_000, 42);
  }

  private void compare(String file, int count, long seed) throws IOException, InterruptedException {
    List<String> forms = forms(file);
    Random random = new Random(seed);
    List<FormGenerator> cases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cases.add(new FormGenerator(random).make(forms.get(i % forms.size())));
    }
    List<Record> expected = NativeOracle.run(directory, cases.stream().map(c -> c.record).toList());
    List<String> wrong = new ArrayList<>();
    TestCpu machine = new TestCpu();
    int executed = 0;
    for (int i = 0; i < count; i++) {
      String difference = difference(machine, cases.get(i), expected.get(i));
      if (!difference.isEmpty()) {
        wrong.add(
            "["
                + forms.get(i % forms.size())
                + "] "
                + describe(cases.get(i).record)
                + ": "
                + difference);
      }
      executed += expected.get(i).signal == 0 ? 1 : 0;
    }
    assertTrue(executed > count * 3 / 4, executed + " of " + count + " did not fault on the host");
    assertEquals(
        List.of(), wrong.stream().limit(25).toList(), wrong.size() + " of " + count + " differ");
  }

  private static List<String> forms(String file) throws IOException {
    try (InputStream in = NativeOracleTest.class.getResourceAsStream(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList();
    }
  }

  private static String describe(Record record) {
    String text =
        Disassembler.text(
            Decoder.decode(CodeMode.BITS64, record.code, 0, record.code.length), NativeOracle.CODE);
    return HexFormat.of().formatHex(record.code) + " " + text;
  }

  private static String difference(TestCpu machine, FormGenerator test, Record host) {
    Record in = test.record;
    machine.load(in);
    long retired;
    try {
      retired = machine.interpreter.run(1);
    } catch (io.tlbscope.core.cpu.EmulatorError e) {
      if (host.signal != 0 && !e.name().equals("unimplemented-instruction")) {
        return "";
      }
      return e.getMessage();
    }
    if (retired == 0 || host.signal != 0) {
      return (retired == 0) == (host.signal != 0)
          ? ""
          : "host signal "
              + host.signal
              + ", emulated "
              + (retired == 0 ? machine.cpu.fault.getMessage() : "no fault");
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      if (machine.r[i] != host.reg[i]) {
        text.append(String.format(" r%d %x, host %x;", i, machine.r[i], host.reg[i]));
      }
    }
    int flags = (machine.s.flags.rflags() ^ (int) host.flags) & COMPARED_FLAGS & ~test.undefined;
    if (flags != 0) {
      text.append(
          String.format(" flags differ in %x, host %x, before %x;", flags, host.flags, in.flags));
    }
    for (int i = 0; i < 32; i++) {
      if (machine.s.xmm[i] != host.xmm[i]) {
        text.append(
            String.format(" xmm%d.%d %x, host %x;", i / 2, i & 1, machine.s.xmm[i], host.xmm[i]));
      }
    }
    byte[] memory = new byte[NativeOracle.DATA_BYTES];
    machine.ram.read(NativeOracle.DATA, memory, 0, memory.length);
    int at = Arrays.mismatch(memory, host.data);
    if (at >= 0) {
      text.append(String.format(" byte %d %x, host %x;", at, memory[at], host.data[at]));
    }
    return text.length() == 0 ? "" : text + " before " + registers(in);
  }

  private static String registers(Record in) {
    StringBuilder text = new StringBuilder();
    for (long x : in.reg) {
      text.append(Long.toHexString(x)).append(' ');
    }
    return text.toString();
  }
}
