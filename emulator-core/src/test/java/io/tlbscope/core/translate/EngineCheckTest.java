package io.tlbscope.core.translate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.vcpu.Processor;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The check finds what a wrong region does, and lets right ones pass unchanged. */
class EngineCheckTest {
  /** mov [rbx],eax; paddd xmm0,xmm1; inc eax; jmp to the first. */
  private static final String LOOP = "89 03 66 0f fe c1 ff c0 eb f6";

  private static final long BUDGET = 5000;

  /** What a wrong region does after all that is right. */
  private interface Fault {
    long after(Processor cpu, long out);
  }

  private static UnaryOperator<RegionCode> wrong(Fault fault) {
    return real ->
        new RegionCode() {
          @Override
          public long run(
              Processor cpu, long[] r, Flags f, long[] x, long table, int pages, int left) {
            return fault.after(cpu, real.run(cpu, r, f, x, table, pages, left));
          }
        };
  }

  private static EmulatorError difference(Fault fault) {
    CheckedCpu machine = new CheckedCpu(LOOP, wrong(fault)).checked();
    EmulatorError error = assertThrows(EmulatorError.class, () -> machine.interpreter.run(BUDGET));
    assertEquals("engine-difference", error.name());
    assertTrue(error.getMessage().contains("region at 10000 left at 1000"), error.getMessage());
    return error;
  }

  private static void assertNamed(String first, EmulatorError error) {
    assertTrue(error.getMessage().contains(first), error.getMessage());
    List<String> marked = error.details().lines().filter(line -> line.startsWith("*")).toList();
    assertEquals(1, marked.size(), error.details());
    assertTrue(error.details().contains("mov DWORD PTR [rbx],eax"), error.details());
  }

  @Test
  void aWrongRegisterIsFound() {
    EmulatorError error =
        difference(
            (cpu, out) -> {
              cpu.r[1] = 7;
              return out;
            });
    assertNamed("RCX is 7 by translator, 0 by interpreter", error);
  }

  @Test
  void aWrongFlagIsFound() {
    EmulatorError error =
        difference(
            (cpu, out) -> {
              cpu.s.flags.cf(!cpu.s.flags.cf());
              return out;
            });
    assertNamed("RFLAGS is ", error);
  }

  @Test
  void aWrongXmmRegisterIsFound() {
    EmulatorError error =
        difference(
            (cpu, out) -> {
              cpu.s.xmm[5] = 9;
              return out;
            });
    assertNamed("XMM2 high is 9 by translator, 0 by interpreter", error);
  }

  @Test
  void aWrongMxcsrIsFound() {
    EmulatorError error =
        difference(
            (cpu, out) -> {
              cpu.s.mxcsr |= 0x20;
              return out;
            });
    assertNamed("MXCSR is 1fa0 by translator, 1f80 by interpreter", error);
  }

  @Test
  void aMissingStoreIsFound() {
    EmulatorError error =
        difference(
            (cpu, out) -> {
              cpu.stores.undo();
              cpu.stores.clear();
              return out;
            });
    assertNamed("memory pa 60000, 4 bytes is ", error);
  }

  @Test
  void aStoreThatTheInterpreterDoesNotMakeIsFound() {
    EmulatorError error =
        difference(
            (cpu, out) -> {
              long ha = cpu.stores.ha(0) + 0x20;
              cpu.stores.add(ha, 8);
              HostMemory.putLong(ha, 5);
              return out;
            });
    assertNamed("memory pa 60020, 8 bytes is 5 by translator, 0 by interpreter", error);
  }

  @Test
  void aWrongCountOfInstructionsIsFound() {
    EmulatorError error = difference((cpu, out) -> out - (1L << 32));
    assertTrue(error.getMessage().contains(": RIP is "), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LOOP,
        // popcnt eax,ecx (0: ZF alone); setp [rbx]
        "f3 0f b8 c1 0f 9a 03 eb f7",
        // lock xadd [rbx],eax; movdqa [rbx],xmm0
        "f0 0f c1 03 66 0f 7f 03 eb f6",
        // mov eax,80000000h; dec eax (OF); btc ecx,eax keeps OF; seto [rbx]
        "b8 00 00 00 80 ff c8 0f bb c1 0f 90 03 eb f1",
        // mov al,7Fh; add al,al (OF); dec eax clears OF; bt ecx,eax keeps that; seto [rbx]
        "b0 7f 00 c0 ff c8 0f a3 c1 0f 90 03 eb f2",
        // push rax; pop rcx; dec edx; jnz
        "50 59 ff ca 75 fa eb f8"
      })
  void rightRegionsPassAndLeaveWhatTheInterpreterLeaves(String code) {
    CheckedCpu checked = new CheckedCpu(code, UnaryOperator.identity()).checked();
    CheckedCpu plain = new CheckedCpu(code, UnaryOperator.identity());
    assertEquals(BUDGET, checked.interpreter.run(BUDGET));
    assertEquals(BUDGET, plain.interpreter.run(BUDGET));
    Object inRegions = checked.translator.report(BUDGET).get("instructions_in_regions");
    assertTrue((long) inRegions > 0, "a region ran");
    assertArrayEquals(Arrays.copyOf(plain.cpu.r, 16), Arrays.copyOf(checked.cpu.r, 16));
    assertEquals(plain.cpu.s.flags.rflags(), checked.cpu.s.flags.rflags());
    assertEquals(plain.cpu.s.rip, checked.cpu.s.rip);
    assertArrayEquals(bytes(plain), bytes(checked));
  }

  private static byte[] bytes(CheckedCpu machine) {
    byte[] all = new byte[(int) machine.ram.ramBytes()];
    machine.ram.read(0, all, 0, all.length);
    return all;
  }
}
