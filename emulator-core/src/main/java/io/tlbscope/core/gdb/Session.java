package io.tlbscope.core.gdb;

import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.vcpu.Processor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What gdb's packets mean to a machine that stands still (gdb's manual, Remote Serial Protocol). A
 * vCPU is a thread, its number one more than its index. Knows no sockets and waits for nothing.
 */
final class Session {
  /** Answers of their own kind. */
  static final String OK = "OK", NOT_SUPPORTED = "", BAD = "E01", NO_MEMORY = "E0e";

  /** What the machine shall do after a packet. */
  enum Go {
    /** Stand still: there is an answer. */
    STAY,
    CONTINUE,
    /** Until {@link Session#chosen} has executed an instruction. */
    STEP,
    /** Go on without a debugger. */
    DETACH,
    /** End the run. */
    KILL
  }

  private static final Pattern STOP_POINT =
      Pattern.compile("([zZ])([0-4]),([0-9a-f]+),([0-9a-f]+)(;.*)?");
  private static final Pattern MEMORY = Pattern.compile("([mM])([0-9a-f]+),([0-9a-f]+)(:(.*))?");
  private static final Pattern FEATURES =
      Pattern.compile("qXfer:features:read:target.xml:([0-9a-f]+),([0-9a-f]+)");
  private static final Pattern ACTION = Pattern.compile("([cCsS])[0-9a-f]{0,2}(:([0-9a-f.p-]+))?");

  final StopPoints stopPoints;
  private final Processor[] cpus;
  private final Registers registers = new Registers();
  private final GuestMemory memory;
  private final Monitor monitor;

  /** The vCPU that registers and memory are asked of. */
  private Processor chosen;

  /** The vCPU that {@code s} steps. */
  private Processor stepped;

  /** What the last stop was, as {@code ?} tells it. */
  private String stop = "S05";

  /** The answer to the last packet, when the machine stays. */
  String answer;

  /** Acknowledgements end after the answer. */
  boolean trusted;

  Session(Processor[] cpus, PhysicalMemory memory, Map<String, Supplier<String>> views) {
    this.cpus = cpus;
    this.memory = new GuestMemory(memory);
    monitor = new Monitor(cpus, views);
    stopPoints = new StopPoints(cpus);
    chosen = cpus[0];
    stepped = cpus[0];
  }

  /** The vCPU that {@link Go#STEP} means. */
  Processor stepped() {
    return stepped;
  }

  /** Another gdb begins. */
  void begin() {
    stopPoints.clear();
    memory.physical = false;
    trusted = false;
  }

  /**
   * The machine stopped before an instruction of {@code cpu}.
   *
   * @param signal 2 when it was asked to, else 5
   * @param more what gdb is told besides, as {@code watch:1000;}
   */
  String stopped(Processor cpu, int signal, String more) {
    chosen = cpu;
    stepped = cpu;
    stop = "T%02xthread:%x;%s".formatted(signal, cpu.index() + 1, more);
    return stop;
  }

  /** The packet lets a machine go on that stands still. */
  static boolean resumes(String packet) {
    return packet.matches("[cCsSkD].*|vCont;.*|vKill.*");
  }

  /** Carries out a packet; {@link #answer} is to be sent when it gives STAY, DETACH or KILL. */
  Go packet(String packet) {
    answer = NOT_SUPPORTED;
    try {
      return packet.isEmpty() ? Go.STAY : carryOut(packet);
    } catch (IllegalArgumentException e) {
      answer = BAD;
      return Go.STAY;
    }
  }

  private Go carryOut(String packet) {
    String rest = packet.substring(1);
    switch (packet.charAt(0)) {
      case '?' -> answer = stop;
      case 'g' -> answer = registers.read(chosen.s);
      case 'G' -> answer = registers.write(chosen.s, Hex.bytes(rest)) ? OK : BAD;
      case 'p' -> answer = or(registers.read(chosen.s, Hex.number(rest)), BAD);
      case 'P' -> writeRegister(rest);
      case 'm', 'M' -> memory(packet);
      case 'z', 'Z' -> stopPoint(packet);
      case 'H' -> choose(rest);
      case 'T' -> answer = thread(rest) == null ? BAD : OK;
      case 'q', 'Q' -> query(packet);
      case 'c', 'C' -> {
        return Go.CONTINUE;
      }
      case 's', 'S' -> {
        return Go.STEP;
      }
      case 'v' -> {
        return verbose(packet);
      }
      case 'D' -> {
        answer = OK;
        return Go.DETACH;
      }
      case 'k' -> {
        return Go.KILL;
      }
      default -> answer = NOT_SUPPORTED;
    }
    return Go.STAY;
  }

  private static String or(String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  private void writeRegister(String rest) {
    int equals = rest.indexOf('=');
    if (equals < 0) {
      answer = BAD;
      return;
    }
    long number = Hex.number(rest.substring(0, equals));
    byte[] value = Hex.bytes(rest.substring(equals + 1));
    answer = registers.write(chosen.s, number, value) ? OK : BAD;
  }

  private void memory(String packet) {
    Matcher m = MEMORY.matcher(packet);
    if (!m.matches()) {
      answer = BAD;
      return;
    }
    long address = Hex.number(m.group(2));
    int count = (int) Math.min(Hex.number(m.group(3)), PacketChannel.MOST / 2);
    if (m.group(1).equals("m")) {
      byte[] bytes = memory.read(chosen, address, count);
      answer = bytes.length == 0 && count != 0 ? NO_MEMORY : Hex.of(bytes);
    } else {
      byte[] bytes = Hex.bytes(or(m.group(5), ""));
      answer = bytes.length != count ? BAD : memory.write(chosen, address, bytes) ? OK : NO_MEMORY;
    }
  }

  private void stopPoint(String packet) {
    Matcher m = STOP_POINT.matcher(packet);
    if (m.matches()) {
      int type = Integer.parseInt(m.group(2));
      long address = Hex.number(m.group(3));
      long length = Hex.number(m.group(4));
      boolean done =
          m.group(1).equals("Z")
              ? stopPoints.insert(type, address, length)
              : stopPoints.remove(type, address, length);
      answer = done ? OK : BAD;
    }
  }

  /** The vCPU of a thread number; 0 and -1 stand for the one chosen. Null if there is none. */
  private Processor thread(String number) {
    if (number.equals("0") || number.equals("-1")) {
      return chosen;
    }
    long n = Hex.number(number);
    return n >= 1 && n <= cpus.length ? cpus[(int) n - 1] : null;
  }

  private void choose(String rest) {
    Processor cpu = rest.length() < 2 ? null : thread(rest.substring(1));
    answer = cpu == null ? BAD : OK;
    if (cpu != null && rest.charAt(0) == 'g') {
      chosen = cpu;
    } else if (cpu != null && rest.charAt(0) == 'c') {
      stepped = cpu;
    }
  }

  private Go verbose(String packet) {
    if (packet.equals("vCont?")) {
      answer = "vCont;c;C;s;S";
    } else if (packet.startsWith("vCont;")) {
      return actions(packet.substring(6).split(";"));
    } else if (packet.startsWith("vKill")) {
      answer = OK;
      return Go.KILL;
    }
    return Go.STAY;
  }

  /** The first that steps counts: the others run as the schedule has them. */
  private Go actions(String[] actions) {
    for (String action : actions) {
      Matcher m = ACTION.matcher(action);
      if (!m.matches()) {
        answer = BAD;
        return Go.STAY;
      }
      if (m.group(1).equalsIgnoreCase("s")) {
        Processor cpu = m.group(3) == null ? chosen : thread(m.group(3));
        if (cpu == null) {
          answer = BAD;
          return Go.STAY;
        }
        stepped = cpu;
        return Go.STEP;
      }
    }
    return Go.CONTINUE;
  }

  private void query(String packet) {
    Matcher features = FEATURES.matcher(packet);
    if (packet.startsWith("qSupported")) {
      answer =
          "PacketSize=%x;qXfer:features:read+;vContSupported+;QStartNoAckMode+"
              .formatted(PacketChannel.MOST);
    } else if (packet.equals("QStartNoAckMode")) {
      trusted = true;
      answer = OK;
    } else if (features.matches()) {
      description(Hex.number(features.group(1)), Hex.number(features.group(2)));
    } else if (packet.equals("qfThreadInfo")) {
      StringBuilder threads = new StringBuilder("m");
      for (Processor cpu : cpus) {
        threads.append(cpu.index() == 0 ? "" : ",").append(Integer.toHexString(cpu.index() + 1));
      }
      answer = threads.toString();
    } else if (packet.equals("qsThreadInfo")) {
      answer = "l";
    } else if (packet.equals("qC")) {
      answer = "QC%x".formatted(chosen.index() + 1);
    } else if (packet.startsWith("qAttached")) {
      answer = "1";
    } else if (packet.startsWith("qThreadExtraInfo,")) {
      Processor cpu = thread(packet.substring(17));
      answer = cpu == null ? BAD : Hex.of("CPU#%d [%s]".formatted(cpu.index(), activity(cpu)));
    } else if (packet.startsWith("qRcmd,")) {
      String command = new String(Hex.bytes(packet.substring(6)), StandardCharsets.UTF_8);
      answer = Hex.of(monitor.run(command, chosen));
    } else if (packet.equals("qqemu.PhyMemMode")) {
      answer = memory.physical ? "1" : "0";
    } else if (packet.startsWith("Qqemu.PhyMemMode:")) {
      memory.physical = packet.endsWith("1");
      answer = OK;
    }
  }

  private static String activity(Processor cpu) {
    return cpu.halted() ? "halted" : cpu.waitingForStartup() ? "waiting for a SIPI" : "running";
  }

  private void description(long from, long count) {
    byte[] all = registers.description().getBytes(StandardCharsets.ISO_8859_1);
    int start = (int) Math.min(from, all.length);
    int end = (int) Math.min(start + Math.min(count, PacketChannel.MOST / 2), all.length);
    String part = new String(Arrays.copyOfRange(all, start, end), StandardCharsets.ISO_8859_1);
    answer = (end == all.length ? "l" : "m") + part;
  }
}
