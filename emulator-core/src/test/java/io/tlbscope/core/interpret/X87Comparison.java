package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.X87State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** One record run by the emulator, and what is different from the host's. */
final class X87Comparison {
  private static final int CODE = 0x30000, DATA = 0x40000, ARITHMETIC_FLAGS = 0x8D5, MASKS = 0x3F;
  private static final int SIGFPE = 8, SIGILL = 4, SIGSEGV = 11;

  private final TestCpu cpu = new TestCpu();

  X87Comparison() {
    cpu.s.cr0 |= 0x22;
  }

  X87Oracle.Record emulate(X87Oracle.Record in) {
    load(in);
    X87Oracle.Record out = new X87Oracle.Record();
    out.code = in.code;
    int vector = -1;
    try {
      if (cpu.interpreter.again(1) == 0) {
        vector = cpu.cpu.fault.vector();
      }
    } catch (GuestFault fault) {
      vector = fault.vector();
    }
    out.signal =
        switch (vector) {
          case -1 -> 0;
          case GuestFault.MF -> SIGFPE;
          case GuestFault.UD -> SIGILL;
          default -> SIGSEGV;
        };
    store(out);
    return out;
  }

  private void load(X87Oracle.Record in) {
    ByteBuffer image = in.fields();
    X87State x87 = cpu.s.x87;
    x87.controlWord(image.getShort(0) & 0xFFFF);
    x87.statusWord(image.getShort(2) & 0xFFFF);
    x87.used = image.get(4) & 0xFF;
    x87.ip = x87.dp = x87.opcode = 0;
    for (int i = 0; i < 8; i++) {
      x87.significand[x87.physical(i)] = image.getLong(32 + 16 * i);
      x87.signExponent[x87.physical(i)] = image.getShort(40 + 16 * i) & 0xFFFF;
    }
    cpu.s.mxcsr = image.getInt(24);
    for (int i = 0; i < 32; i++) {
      cpu.s.xmm[i] = image.getLong(160 + 8 * i);
    }
    cpu.r[0] = in.rax;
    cpu.r[7] = in.rdi;
    cpu.s.flags.rflags((int) in.flags);
    cpu.s.cpl = 3;
    cpu.s.rip = CODE;
    cpu.mmu.modeChanged();
    cpu.put(DATA, in.data);
    cpu.put(CODE, in.code);
  }

  private void store(X87Oracle.Record out) {
    ByteBuffer image = out.fields();
    X87State x87 = cpu.s.x87;
    image.putShort(0, (short) x87.control).putShort(2, (short) x87.statusWord());
    image.put(4, (byte) x87.used);
    for (int i = 0; i < 8; i++) {
      image.putLong(32 + 16 * i, x87.significand(i));
      image.putShort(40 + 16 * i, (short) x87.se(i));
    }
    image.putInt(24, cpu.s.mxcsr);
    for (int i = 0; i < 32; i++) {
      image.putLong(160 + 8 * i, cpu.s.xmm[i]);
    }
    out.rax = cpu.r[0];
    out.rdi = cpu.r[7];
    out.flags = cpu.s.flags.rflags();
    cpu.ram.read(DATA, out.data, 0, out.data.length);
  }

  /** Whether the host is of the make whose undefined bits the emulator follows. */
  static boolean exact() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    return Files.exists(info) && Files.readString(info).contains("AuthenticAMD");
  }

  /**
   * Whether the outcome can be compared. Makers differ in condition codes that the manual leaves
   * open and in what unmasked exceptions leave behind.
   */
  static boolean comparable(X87Oracle.Record in, boolean exact) {
    return exact || (in.image[0] & MASKS) == MASKS;
  }

  /** What differs. */
  static List<String> differences(X87Oracle.Record host, X87Oracle.Record ours, boolean exact) {
    List<String> list = new ArrayList<>();
    ByteBuffer h = host.fields();
    ByteBuffer o = ours.fields();
    int status = exact ? 0xFFFF : 0xFFFF & ~X87State.CONDITIONS;
    differ(list, "signal", host.signal, ours.signal);
    differ(list, "FCW", h.getShort(0) & 0xFFFF, o.getShort(0) & 0xFFFF);
    differ(list, "FSW", h.getShort(2) & status, o.getShort(2) & status);
    differ(list, "tags", h.get(4) & 0xFF, o.get(4) & 0xFF);
    for (int i = 0; i < 8; i++) {
      String a = value(h, i);
      String b = value(o, i);
      if (!a.equals(b)) {
        list.add("ST" + i + " host " + a + " ours " + b);
      }
    }
    for (int i = 0; i < 32; i++) {
      differ(list, "xmm" + i / 2, h.getLong(160 + 8 * i), o.getLong(160 + 8 * i));
    }
    if (host.signal == 0 && ours.signal == 0) {
      differ(list, "rax", host.rax, ours.rax);
      differ(list, "flags", host.flags & ARITHMETIC_FLAGS, ours.flags & ARITHMETIC_FLAGS);
    }
    int[] skip = pointers(ours.code);
    for (int n = 0; n < host.data.length; n++) {
      if (host.data[n] != ours.data[n] && (n < skip[0] || n >= skip[1])) {
        HexFormat hex = HexFormat.of();
        list.add(
            "data at "
                + n
                + " host "
                + hex.formatHex(host.data)
                + " ours "
                + hex.formatHex(ours.data));
        break;
      }
    }
    return list;
  }

  /** Bytes of FNSTENV's and FNSAVE's image where processors write different pointers. */
  private static int[] pointers(byte[] code) {
    boolean narrow = code[0] == 0x66;
    int opcode = code[narrow ? 1 : 0] & 0xFF;
    boolean image =
        (opcode == 0xD9 || opcode == 0xDD)
            && code.length > 2
            && (code[narrow ? 2 : 1] & 0xFF) < 0xC0
            && (code[narrow ? 2 : 1] >> 3 & 7) == 6;
    if (code[0] == 0x0F && (code[1] & 0xFF) == 0xAE) {
      // The mask of MXCSR too.
      return new int[] {6, 32};
    }
    return image ? narrow ? new int[] {6, 14} : new int[] {12, 28} : new int[] {0, 0};
  }

  private static String value(ByteBuffer image, int i) {
    return "%04X.%016X".formatted(image.getShort(40 + 16 * i), image.getLong(32 + 16 * i));
  }

  private static void differ(List<String> list, String name, long host, long ours) {
    if (host != ours) {
      list.add("%s host %X ours %X".formatted(name, host, ours));
    }
  }

  /** The same but for C1 and a result's last place. */
  static boolean nearly(X87Oracle.Record host, X87Oracle.Record ours) {
    ByteBuffer h = host.fields();
    ByteBuffer o = ours.fields();
    int status = h.getShort(2) ^ o.getShort(2);
    boolean near = (status & ~(X87State.C1 | 0x30)) == 0 && h.get(4) == o.get(4);
    for (int i = 0; i < 8; i++) {
      near &= neighbours(h, o, 32 + 16 * i);
    }
    return near && host.signal == ours.signal;
  }

  private static boolean neighbours(ByteBuffer h, ByteBuffer o, int at) {
    long a = h.getLong(at);
    long b = o.getLong(at);
    int exponents = h.getShort(at + 8) - o.getShort(at + 8);
    return switch (exponents) {
      case 0 -> Math.abs(a - b) <= 1;
      case 1 -> a == Long.MIN_VALUE && b == -1 || (b + 1) == a;
      case -1 -> b == Long.MIN_VALUE && a == -1 || (a + 1) == b;
      default -> false;
    };
  }

  static String text(X87Oracle.Record in) {
    ByteBuffer image = in.fields();
    StringBuilder text = new StringBuilder();
    text.append(HexFormat.of().formatHex(in.code));
    text.append(
        " FCW %04X FSW %04X tags %02X"
            .formatted(image.getShort(0), image.getShort(2), image.get(4)));
    for (int i = 0; i < 8; i++) {
      text.append(' ').append(value(image, i));
    }
    text.append(" data ").append(HexFormat.of().formatHex(in.data, 0, 16));
    return text.toString();
  }
}
