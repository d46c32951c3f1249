package io.tlbscope.core.interpret;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the lines of vectors.txt: 16, 32 and 64-bit code, faults and what they leave unchanged. */
class InstructionVectorsTest {
  private static final List<String> REGISTERS =
      List.of(
          "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
          "r13", "r14", "r15");
  private static final List<String> SEGMENTS = List.of("ES", "CS", "SS", "DS", "FS", "GS");
  private static final List<String> FLAGS = List.of("cf", "pf", "af", "zf", "sf", "df", "of");
  private static final int[] FLAG_BITS = {
    CpuState.CF, CpuState.PF, CpuState.AF, CpuState.ZF, CpuState.SF, CpuState.DF, CpuState.OF
  };

  static Stream<String> lines() throws IOException {
    try (InputStream in = InstructionVectorsTest.class.getResourceAsStream("vectors.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new ArrayList<>(
              text.lines()
                  .filter(l -> !l.isBlank() && !l.startsWith("#") && !l.startsWith("=="))
                  .toList())
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("lines")
  void vector(String line) {
    String[] part = line.split(";", -1);
    TestCpu machine = new TestCpu();
    machine.mode(Integer.parseInt(part[0].strip()));
    machine.code(part[1]);
    long steps = 1;
    for (String item : part[2].strip().split("\\s+")) {
      if (item.startsWith("steps=")) {
        steps = value(item);
      } else if (!item.isEmpty()) {
        set(machine, item.split("=")[0], value(item));
      }
    }
    machine.s.refreshSegmentBases();
    machine.interpreter.run(steps);
    for (String item : part[3].strip().split("\\s+")) {
      String name = item.split("=")[0];
      assertEquals(
          Long.toHexString(value(item)),
          Long.toHexString(get(machine, name)),
          name + " after " + line);
    }
  }

  private static long value(String item) {
    return Long.parseUnsignedLong(item.split("=")[1], 16);
  }

  private static void set(TestCpu machine, String name, long value) {
    CpuState s = machine.s;
    if (REGISTERS.contains(name)) {
      machine.r[REGISTERS.indexOf(name)] = value;
    } else if (FLAGS.contains(name)) {
      int bit = FLAG_BITS[FLAGS.indexOf(name)];
      s.flags.rflags(value != 0 ? s.flags.rflags() | bit : s.flags.rflags() & ~bit);
    } else if (name.startsWith("m")) {
      machine.ram.write(place(name), size(name), value);
    } else if (name.equals("ss16")) {
      s.segments[Segment.SS].attributes &= ~0x4000;
    } else {
      Segment segment = s.segments[SEGMENTS.indexOf(name.substring(0, 2))];
      if (name.endsWith(".base")) {
        segment.base = value;
      } else {
        segment.limit = value;
      }
    }
  }

  private static long get(TestCpu machine, String name) {
    CpuState s = machine.s;
    if (REGISTERS.contains(name)) {
      return machine.r[REGISTERS.indexOf(name)];
    }
    if (FLAGS.contains(name)) {
      return (s.flags.rflags() & FLAG_BITS[FLAGS.indexOf(name)]) != 0 ? 1 : 0;
    }
    if (name.startsWith("m")) {
      return machine.ram.read(place(name), size(name));
    }
    return switch (name) {
      case "rip" -> s.rip;
      case "fault" -> machine.cpu.faultChain.getFirst().vector();
      case "error" -> machine.cpu.faultChain.getFirst().errorCode();
      case "at" -> machine.cpu.faultChain.getFirst().rip();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static int size(String name) {
    return Integer.parseInt(name.substring(1, name.indexOf('['))) / 8;
  }

  private static long place(String name) {
    return Long.parseLong(name.substring(name.indexOf('[') + 1, name.indexOf(']')), 16);
  }
}
