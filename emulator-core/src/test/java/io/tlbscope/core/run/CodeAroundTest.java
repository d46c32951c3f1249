package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.plugin.CodeLine;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.testing.TestMachine;
import io.tlbscope.core.vcpu.Processor;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The code that a violation takes along. */
class CodeAroundTest {
  /** push rbp; mov rbp,rsp; mov eax,[rdi]; mov [rsi],rax; invlpg [rdi]; nop; leave; ret. */
  private static final String FUNCTION = "55 48 89 e5 8b 07 48 89 06 0f 01 3f 90 c9 c3";

  private static final int STORE = 6;

  private TestMachine machine;

  @BeforeEach
  void start() {
    machine = new TestMachine(2).long64();
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  /** One function, or none. */
  private record Named(long start, String name) implements PluginContext.Symbols {
    @Override
    public Optional<Long> address(String wanted) {
      return Optional.empty();
    }

    @Override
    public long size(String wanted) {
      return 0;
    }

    @Override
    public String at(long va) {
      return name.isEmpty() || va < start
          ? ""
          : va == start ? name : name + "+0x" + Long.toHexString(va - start);
    }
  }

  private void put(long pa, String hex) {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    IntStream.range(0, bytes.length)
        .forEach(n -> machine.physical().write(pa + n, 1, bytes[n] & 0xFF));
  }

  private Violation complete(PluginContext.Symbols symbols, long rip, Map<String, Object> details) {
    return new CodeAround(machine.cpus.toArray(Processor[]::new), symbols)
        .complete(new Violation("stale-use", 0, rip, "", 7, "text", details));
  }

  private static List<String> texts(List<CodeLine> lines) {
    return lines.stream().map(CodeLine::text).toList();
  }

  @Test
  void fourInstructionsOnEitherSideWithTheirSymbols() {
    put(TestMachine.CODE, FUNCTION);
    long rip = TestMachine.CODE + STORE;
    List<CodeLine> lines =
        complete(new Named(TestMachine.CODE, "pmap_enter"), rip, Map.of()).code().get(rip);
    assertEquals(8, lines.size(), "three before it, itself, four behind it: " + lines);
    assertEquals(rip, lines.get(3).rip());
    assertEquals("pmap_enter+0x6", lines.get(3).symbol());
    assertEquals("488906", lines.get(3).bytes());
    assertTrue(lines.get(3).text().startsWith("mov"), lines.get(3).text());
    assertTrue(lines.get(4).text().startsWith("invlpg"), lines.get(4).text());
    assertEquals("ret", lines.get(7).text());
  }

  @Test
  void codeWithoutSymbolsIsDecodedOnTheWayThatMostStartsAgreeOn() {
    put(TestMachine.CODE - 64, "90 ".repeat(64).strip());
    put(TestMachine.CODE, FUNCTION);
    long rip = TestMachine.CODE + STORE;
    List<CodeLine> lines = complete(new Named(0, ""), rip, Map.of()).code().get(rip);
    assertEquals(9, lines.size(), lines.toString());
    assertEquals(List.of("nop", "push rbp"), texts(lines).subList(0, 2));
    assertEquals(rip, lines.get(4).rip());
    assertEquals("", lines.get(4).symbol());
  }

  @Test
  void placesInTheDetailsAreReadThroughTheCpuThatWasThere() {
    put(TestMachine.CODE, FUNCTION);
    machine.cpus.get(1).s.cr0 = 0;
    long store = TestMachine.CODE + STORE;
    long other = TestMachine.CODE + STORE + 3;
    Violation violation =
        complete(
            new Named(TestMachine.CODE, "f"),
            store,
            Map.of(
                "writer",
                Map.of("cpu", 0, "rip", "0x" + Long.toHexString(other)),
                "missing",
                "a sentence",
                "entry",
                Map.of("serial", 3)));
    assertEquals(2, violation.code().size());
    assertTrue(
        violation.code().get(other).stream()
            .anyMatch(line -> line.rip() == other && line.text().startsWith("invlpg")),
        violation.code().toString());
    assertEquals("text", violation.message());
  }

  @Test
  void aPlaceThatIsMappedNowhereHasNoCode() {
    assertTrue(complete(new Named(0, ""), 0x7F_0000_0000L, Map.of()).code().isEmpty());
  }

  @Test
  void whatStandsInMemoryNowIsShownAlthoughItWasDecodedBefore() {
    put(TestMachine.CODE, FUNCTION);
    long rip = TestMachine.CODE + STORE;
    CodeAround around =
        new CodeAround(machine.cpus.toArray(Processor[]::new), new Named(TestMachine.CODE, "f"));
    Violation violation = new Violation("k", 0, rip, "", 0, "m");
    around.complete(violation);
    put(rip, "90 90 90");
    assertEquals("nop", around.complete(violation).code().get(rip).get(3).text());
  }

  @Test
  void codeNextToUnmappedPagesEndsThere() {
    long last = (1 << 20) - 3;
    put(last - 2, "90 90 48 89 06");
    List<CodeLine> lines = complete(new Named(0, ""), last, Map.of()).code().get(last);
    assertEquals(last, lines.getLast().rip(), lines.toString());
  }
}
