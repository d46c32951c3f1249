package io.tlbscope.tools.vectors;

import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.isa.Instruction;
import java.util.ArrayList;
import java.util.List;

/** Holds what the core made of a vector against what the host's processor did. */
final class Comparison {
  /** Arithmetic flags, DF, NT, AC, ID. */
  private static final int FLAGS = 0x24_4CD5;

  /** Set by Linux for all addresses of its own half. */
  private static final int PRESENT = 1;

  private static final String[] NAMES = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
    "r14", "r15"
  };

  private final Batch batch;
  private Outcome core;

  Comparison(Batch batch) {
    this.batch = batch;
  }

  /** True if all agrees; what {@link #differences} has to say is asked for only when not. */
  boolean agrees(Vector v, int n, Outcome outcome) {
    core = outcome;
    if (core.vector == GuestFault.PF && Place.program(core.cr2)) {
      return true;
    }
    return core.refused == null
        && fault(v, n)
        && core.rip == batch.outLong(n, Place.RIP)
        && flagDifference(v, n) == 0
        && registers(n)
        && vectors(n)
        && core.mxcsr == batch.outInt(n, Place.STATE + Place.MXCSR)
        && x87(n)
        && memory(n);
  }

  private boolean fault(Vector v, int n) {
    int vector = batch.outInt(n, Place.VECTOR);
    if (vector != core.vector) {
      return false;
    }
    return vector == Place.NOTHING
        || hostError(n) == coreError()
            && (vector != GuestFault.PF || address(v, batch.outLong(n, Place.CR2)));
  }

  /** The host's fault address is the core's, or in its page if nobody says which field is first. */
  private boolean address(Vector v, long host) {
    return host == core.cr2
        || host >> 12 == core.cr2 >> 12
            && v.decode() instanceof Instruction in
            && Exclusions.hasFields(in);
  }

  private int hostError(int n) {
    return batch.outInt(n, Place.ERROR);
  }

  private int coreError() {
    return core.vector == GuestFault.PF && core.cr2 < 0 ? core.error | PRESENT : core.error;
  }

  private int flagDifference(Vector v, int n) {
    int differ = (core.flags ^ (int) batch.outLong(n, Place.FLAGS)) & FLAGS;
    if (differ != 0 && v.decode() instanceof Instruction in) {
      differ &= ~Undefined.flags(v, in);
    }
    return differ;
  }

  private boolean registers(int n) {
    for (int i = 0; i < 16; i++) {
      if (core.reg[i] != batch.outLong(n, Place.REGISTERS + 8 * i)) {
        return false;
      }
    }
    return true;
  }

  private boolean vectors(int n) {
    for (int i = 0; i < 32; i++) {
      if (core.xmm[i] != batch.outLong(n, Place.STATE + Place.XMM + 8 * i)) {
        return false;
      }
    }
    return true;
  }

  private int hostWord(int n, int offset) {
    return batch.outInt(n, Place.STATE + offset) & 0xFFFF;
  }

  private boolean x87(int n) {
    boolean same =
        core.fcw == hostWord(n, Place.FCW)
            && core.fsw == hostWord(n, Place.FSW)
            && core.used == (hostWord(n, Place.TAGS) & 0xFF);
    for (int i = 0; i < 8; i++) {
      same &= significand(n, i) == core.st[2 * i] && se(n, i) == core.st[2 * i + 1];
    }
    return same;
  }

  private long significand(int n, int i) {
    return batch.outLong(n, Place.STATE + Place.ST + 16 * i);
  }

  private int se(int n, int i) {
    return hostWord(n, Place.ST + 16 * i + 8);
  }

  private boolean memory(int n) {
    return core.from == batch.outInt(n, Place.FROM)
        && core.to == batch.outInt(n, Place.TO)
        && core.hash == batch.outLong(n, Place.HASH);
  }

  /** Each difference in a line: what, before, the host's, the core's. */
  List<String> differences(Vector v, int n, EmulatedHost machine, Outcome outcome) {
    core = outcome;
    List<String> lines = new ArrayList<>();
    if (core.refused != null) {
      lines.add("the emulator ends: " + core.refused);
      lines.add("the host: " + hostFault(n));
      return lines;
    }
    if (!fault(v, n)) {
      lines.add("raised: host " + hostFault(n) + ", emulated " + coreFault());
    }
    hex(lines, "rip", v.rip(), batch.outLong(n, Place.RIP), core.rip);
    int flags = flagDifference(v, n);
    if (flags != 0) {
      lines.add(
          "flags %x differ: before %x, host %x, emulated %x"
              .formatted(flags, v.flags, batch.outLong(n, Place.FLAGS), core.flags));
    }
    for (int i = 0; i < 16; i++) {
      hex(lines, NAMES[i], v.reg[i], batch.outLong(n, Place.REGISTERS + 8 * i), core.reg[i]);
    }
    for (int i = 0; i < 32; i++) {
      long host = batch.outLong(n, Place.STATE + Place.XMM + 8 * i);
      hex(lines, "xmm" + i / 2 + (i % 2 == 0 ? ".low" : ".high"), v.xmm[i], host, core.xmm[i]);
    }
    hex(lines, "mxcsr", v.mxcsr, batch.outInt(n, Place.STATE + Place.MXCSR), core.mxcsr);
    hex(lines, "fcw", v.fcw, hostWord(n, Place.FCW), core.fcw);
    hex(lines, "fsw", v.fsw, hostWord(n, Place.FSW), core.fsw);
    hex(lines, "not empty", v.used, hostWord(n, Place.TAGS) & 0xFF, core.used);
    for (int i = 0; i < 8; i++) {
      if (significand(n, i) != core.st[2 * i] || se(n, i) != core.st[2 * i + 1]) {
        lines.add(
            "st%d: before %04x:%016x, host %04x:%016x, emulated %04x:%016x"
                .formatted(
                    i,
                    v.st[2 * i + 1],
                    v.st[2 * i],
                    se(n, i),
                    significand(n, i),
                    core.st[2 * i + 1],
                    core.st[2 * i]));
      }
    }
    if (!memory(n)) {
      memory(lines, n, machine);
    }
    return lines;
  }

  private static void hex(List<String> lines, String name, long before, long host, long emulated) {
    if (host != emulated) {
      lines.add("%s: before %x, host %x, emulated %x".formatted(name, before, host, emulated));
    }
  }

  private void memory(List<String> lines, int n, EmulatedHost machine) {
    int from = batch.outInt(n, Place.FROM);
    lines.add(
        "memory: host changes %x to %x, emulated %x to %x"
            .formatted(from, batch.outInt(n, Place.TO), core.from, core.to));
    StringBuilder host = new StringBuilder();
    StringBuilder emulated = new StringBuilder();
    for (int i = 0; i < 32 && from + i < Place.WRITABLE; i++) {
      host.append("%02x ".formatted(batch.outByte(n, Place.CHANGED + i)));
      emulated.append("%02x ".formatted(machine.octet(from + i)));
    }
    lines.add("  host     " + host);
    lines.add("  emulated " + emulated);
  }

  private String hostFault(int n) {
    int vector = batch.outInt(n, Place.VECTOR);
    return fault(vector, hostError(n), batch.outLong(n, Place.CR2));
  }

  private String coreFault() {
    return fault(core.vector, coreError(), core.cr2);
  }

  private static String fault(int vector, int error, long cr2) {
    if (vector == Place.NOTHING) {
      return "nothing";
    }
    String text = "vector %d, error code %x".formatted(vector, error);
    return vector == GuestFault.PF ? text + ", address %x".formatted(cr2) : text;
  }
}
