package io.tlbscope.core.gdb;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.cpu.X87State;
import java.util.ArrayList;
import java.util.List;

/**
 * A vCPU's registers in gdb's order and names, and the description of them that gdb asks for. What
 * gdb knows by its own features has their order; control registers follow in one of ours.
 */
final class Registers {
  /** Low and high quadword. */
  private interface Get {
    long quadword(CpuState s, int n);
  }

  private interface Set {
    void to(CpuState s, long low, long high);
  }

  /** One that gdb may read, and change where {@code set} is not null. */
  private record Register(String feature, String name, int bits, String type, Get get, Set set) {
    int bytes() {
      return bits / 8;
    }
  }

  private static final String CORE = "org.gnu.gdb.i386.core",
      SSE = "org.gnu.gdb.i386.sse",
      SEGMENTS = "org.gnu.gdb.i386.segments",
      SYSTEM = "io.tlbscope.system";

  /** gdb's order of the general registers, by their numbers in instructions. */
  private static final int[] ORDER = {0, 3, 1, 2, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15};

  private static final String[] NAMES = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi"};

  /** Names of RFLAGS' bits, by their numbers; null where there is none. */
  private static final String[] FLAGS = {
    "CF", "", "PF", null, "AF", null, "ZF", "SF", "TF", "IF", "DF", "OF", null, null, "NT", null,
    "RF", "VM", "AC", "VIF", "VIP", "ID"
  };

  /** Ways to look at an XMM register: the union's field, its elements and their number. */
  private static final String[][] VECTORS = {
    {"v4_float", "ieee_single", "4"},
    {"v2_double", "ieee_double", "2"},
    {"v16_int8", "int8", "16"},
    {"v8_int16", "int16", "8"},
    {"v4_int32", "int32", "4"},
    {"v2_int64", "int64", "2"}
  };

  private final List<Register> all = new ArrayList<>();

  Registers() {
    for (int n : ORDER) {
      String name = n < 8 ? NAMES[n] : "r" + n;
      String type = n == 4 || n == 5 ? "data_ptr" : "int64";
      add(CORE, name, 64, type, (s, h) -> s.r[n], (s, low, high) -> s.r[n] = low);
    }
    add(CORE, "rip", 64, "code_ptr", (s, h) -> s.rip, (s, low, high) -> s.rip = low);
    add(
        CORE,
        "eflags",
        32,
        "i386_eflags",
        (s, h) -> s.flags.rflags(),
        (s, low, high) -> s.flags.rflags((int) low));
    int[] segments = {Segment.CS, Segment.SS, Segment.DS, Segment.ES, Segment.FS, Segment.GS};
    String[] names = {"cs", "ss", "ds", "es", "fs", "gs"};
    for (int i = 0; i < segments.length; i++) {
      int n = segments[i];
      add(CORE, names[i], 32, "int32", (s, h) -> s.segments[n].selector, null);
    }
    x87();
    for (int n = 0; n < 16; n++) {
      int at = 2 * n;
      add(
          SSE,
          "xmm" + n,
          128,
          "vec128",
          (s, h) -> s.xmm[at + h],
          (s, low, high) -> {
            s.xmm[at] = low;
            s.xmm[at + 1] = high;
          });
    }
    add(SSE, "mxcsr", 32, "int32", (s, h) -> s.mxcsr, (s, low, high) -> s.mxcsr = (int) low);
    add(SEGMENTS, "fs_base", 64, "int64", (s, h) -> s.segments[Segment.FS].base, null);
    add(SEGMENTS, "gs_base", 64, "int64", (s, h) -> s.segments[Segment.GS].base, null);
    add(SYSTEM, "k_gs_base", 64, "int64", (s, h) -> s.kernelGsBase, null);
    add(SYSTEM, "cr0", 64, "int64", (s, h) -> s.cr0, null);
    add(SYSTEM, "cr2", 64, "int64", (s, h) -> s.cr2, null);
    add(SYSTEM, "cr3", 64, "int64", (s, h) -> s.cr3, null);
    add(SYSTEM, "cr4", 64, "int64", (s, h) -> s.cr4, null);
    add(SYSTEM, "efer", 64, "int64", (s, h) -> s.efer, null);
  }

  private void x87() {
    for (int n = 0; n < 8; n++) {
      int i = n;
      add(
          CORE,
          "st" + n,
          80,
          "i387_ext",
          (s, h) -> h == 0 ? s.x87.significand(i) : s.x87.se(i),
          (s, low, high) -> s.x87.set(i, (int) high & 0xFFFF, low));
    }
    add(CORE, "fctrl", 32, "int", (s, h) -> s.x87.control, null);
    add(CORE, "fstat", 32, "int", (s, h) -> s.x87.statusWord(), null);
    add(CORE, "ftag", 32, "int", (s, h) -> tagWord(s.x87), null);
    add(CORE, "fiseg", 32, "int", (s, h) -> 0, null);
    add(CORE, "fioff", 32, "int", (s, h) -> s.x87.ip, null);
    add(CORE, "foseg", 32, "int", (s, h) -> 0, null);
    add(CORE, "fooff", 32, "int", (s, h) -> s.x87.dp, null);
    add(CORE, "fop", 32, "int", (s, h) -> s.x87.opcode, null);
  }

  /**
   * Two bits a physical register: 0 valid, 1 zero, 2 special, 3 empty (Intel SDM vol. 1, 8.1.7).
   */
  private static int tagWord(X87State fpu) {
    int word = 0;
    for (int n = 0; n < 8; n++) {
      int exponent = fpu.signExponent[n] & 0x7FFF;
      int tag;
      if ((fpu.used >> n & 1) == 0) {
        tag = 3;
      } else if (exponent == 0 && fpu.significand[n] == 0) {
        tag = 1;
      } else {
        tag = exponent != 0 && exponent != 0x7FFF && fpu.significand[n] < 0 ? 0 : 2;
      }
      word |= tag << 2 * n;
    }
    return word;
  }

  private void add(String feature, String name, int bits, String type, Get get, Set set) {
    all.add(new Register(feature, name, bits, type, get, set));
  }

  /** The document {@code target.xml}. */
  String description() {
    StringBuilder xml =
        new StringBuilder(
            "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
                + "<target version=\"1.0\"><architecture>i386:x86-64</architecture>");
    String feature = null;
    for (Register register : all) {
      if (!register.feature.equals(feature)) {
        xml.append(feature == null ? "" : "</feature>");
        feature = register.feature;
        xml.append("<feature name=\"%s\">".formatted(feature));
        types(feature, xml);
      }
      xml.append(
          "<reg name=\"%s\" bitsize=\"%d\" type=\"%s\"/>"
              .formatted(register.name, register.bits, register.type));
    }
    return xml.append("</feature></target>").toString();
  }

  private static void types(String feature, StringBuilder xml) {
    if (feature.equals(CORE)) {
      xml.append("<flags id=\"i386_eflags\" size=\"4\">");
      for (int n = 0; n < FLAGS.length; n++) {
        if (FLAGS[n] != null) {
          xml.append("<field name=\"%s\" start=\"%d\" end=\"%d\"/>".formatted(FLAGS[n], n, n));
        }
      }
      xml.append("</flags>");
    } else if (feature.equals(SSE)) {
      for (String[] vector : VECTORS) {
        xml.append(
            "<vector id=\"%s\" type=\"%s\" count=\"%s\"/>"
                .formatted(vector[0], vector[1], vector[2]));
      }
      xml.append("<union id=\"vec128\">");
      for (String[] vector : VECTORS) {
        xml.append("<field name=\"%s\" type=\"%s\"/>".formatted(vector[0], vector[0]));
      }
      xml.append("<field name=\"uint128\" type=\"uint128\"/></union>");
    }
  }

  /** All, as packet {@code g} answers. */
  String read(CpuState s) {
    StringBuilder hex = new StringBuilder();
    all.forEach(register -> read(register, s, hex));
    return hex.toString();
  }

  /** One, or null if there is none of the number. */
  String read(CpuState s, long number) {
    if (number < 0 || number >= all.size()) {
      return null;
    }
    StringBuilder hex = new StringBuilder();
    read(all.get((int) number), s, hex);
    return hex.toString();
  }

  private static void read(Register register, CpuState s, StringBuilder hex) {
    Hex.little(register.get.quadword(s, 0), Math.min(register.bytes(), 8), hex);
    if (register.bytes() > 8) {
      Hex.little(register.get.quadword(s, 1), register.bytes() - 8, hex);
    }
  }

  /**
   * Changes one.
   *
   * @return false if there is none of the number or it cannot be changed from outside
   */
  boolean write(CpuState s, long number, byte[] value) {
    if (number < 0 || number >= all.size()) {
      return false;
    }
    Register register = all.get((int) number);
    return value.length == register.bytes() && write(register, s, value, 0);
  }

  private static boolean write(Register register, CpuState s, byte[] value, int from) {
    if (register.set == null) {
      return false;
    }
    int low = Math.min(register.bytes(), 8);
    register.set.to(
        s, Hex.little(value, from, low), Hex.little(value, from + low, register.bytes() - low));
    return true;
  }

  /** All that can be changed, as packet {@code G} has them; false if it is too short. */
  boolean write(CpuState s, byte[] values) {
    int from = 0;
    for (Register register : all) {
      if (from + register.bytes() > values.length) {
        return false;
      }
      write(register, s, values, from);
      from += register.bytes();
    }
    return true;
  }
}
