package io.tlbscope.tools.hostile;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/**
 * A guest that means harm: descriptor tables of random but not hopeless entries, then code that
 * programs devices, the local APIC and system registers with random values, among random bytes.
 *
 * <pre>
 *   image at 08000: code, 4 KiB   09000: GDT and TSSes   09800: handler of DEVICE   0A000: IDT
 * </pre>
 */
public final class HostileGuest {
  public static final int LOAD = 0x8000, SIZE = 0x3000;
  private static final int GDT = 0x9000, IDT = 0xA000, CODE_BYTES = 0x1000;

  /** Room for the longest item at the code's end, in bytes. */
  private static final int ROOM = 64;

  private static final int HANDLER_AT = 0x9800;

  /**
   * PUSH EAX; MOV AL, 20h; OUT A0h, AL; OUT 20h, AL; MOV DWORD PTR [FEE000B0h], 0; POP EAX; IRET.
   */
  private static final byte[] HANDLER = {
    0x50,
    (byte) 0xB0,
    0x20,
    (byte) 0xE6,
    (byte) 0xA0,
    (byte) 0xE6,
    0x20,
    (byte) 0xC7,
    0x05,
    (byte) 0xB0,
    0x00,
    (byte) 0xE0,
    (byte) 0xFE,
    0,
    0,
    0,
    0,
    0x58,
    (byte) 0xCF
  };

  /** Ports of the PIC, PIT, keyboard, RTC, serial line, fw_cfg, PCI, power management. */
  private static final int[] PORTS = {
    0x20, 0x21, 0xA0, 0xA1, 0x40, 0x41, 0x42, 0x43, 0x60, 0x61, 0x64, 0x70, 0x71, 0x80, 0x92, 0x3F8,
    0x3F9, 0x3FA, 0x3FB, 0x3FC, 0x3FD, 0x510, 0x511, 0x600, 0x604, 0x608, 0xCF8, 0xCFC, 0x4D0
  };

  private static final int[] MSRS = {
    0x10,
    0x1B,
    0x8B,
    0xFE,
    0x174,
    0x175,
    0x176,
    0x179,
    0x1A0,
    0x1D9,
    0x200,
    0x250,
    0x277,
    0x2FF,
    0x6E0,
    0xDA0,
    0xC000_0080,
    0xC000_0081,
    0xC000_0082,
    0xC000_0084,
    0xC000_0100,
    0xC000_0101,
    0xC000_0102,
    0xC000_0103,
    0xC001_0000
  };

  private final Random random;
  private final HostileKind kind;
  private final ByteArrayOutputStream code = new ByteArrayOutputStream();

  private HostileGuest(HostileKind kind, long seed) {
    this.kind = kind;
    random = new Random(seed * HostileKind.values().length + kind.ordinal());
  }

  /** The image of a seed. */
  public static byte[] image(HostileKind kind, long seed) {
    return new HostileGuest(kind, seed).image();
  }

  private byte[] image() {
    byte[] image = new byte[SIZE];
    if (kind == HostileKind.DEVICE) {
      soundTables(image);
      loadTables();
      emit(0xFB);
    } else {
      random.nextBytes(image);
      tables(image);
      if (random.nextInt(4) != 0) {
        loadTables();
      }
    }
    while (code.size() < CODE_BYTES - ROOM) {
      if (kind == HostileKind.DEVICE) {
        device();
      } else {
        item();
      }
    }
    if (kind == HostileKind.DEVICE) {
      again();
    }
    byte[] bytes = code.toByteArray();
    System.arraycopy(bytes, 0, image, 0, Math.min(bytes.length, CODE_BYTES));
    return image;
  }

  private void tables(byte[] image) {
    for (int at = GDT - LOAD; at < GDT - LOAD + 0x100; at += 8) {
      put(image, at, descriptor(), 8);
    }
    for (int at = IDT - LOAD; at < IDT - LOAD + 0x1000; at += 8) {
      put(image, at, gate(), 8);
    }
  }

  /** Flat segments, and one handler for whatever comes: EOI to both controllers, back. */
  private void soundTables(byte[] image) {
    put(image, GDT - LOAD + 8, 0xCF_9B00_0000_FFFFL, 8);
    put(image, GDT - LOAD + 16, 0xCF_9300_0000_FFFFL, 8);
    System.arraycopy(HANDLER, 0, image, HANDLER_AT - LOAD, HANDLER.length);
    for (int vector = 0; vector < 256; vector++) {
      long gate = HANDLER_AT | 8L << 16 | 0x8EL << 40;
      put(image, IDT - LOAD + 8 * vector, gate, 8);
    }
  }

  /** JMP to the code's start. */
  private void again() {
    emit(0xE9);
    word(-(code.size() + 4), 4);
  }

  private void device() {
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> port();
      case 4, 5, 6 -> apic();
      case 7 -> stringPort();
      case 8 -> msr(random.nextBoolean());
      case 9 -> emit(0xF4);
      case 10 -> emit(0xFB);
      default -> {
        set(1, random.nextInt(200));
        emit(0xE2, 0xFE);
      }
    }
  }

  /** Base and limit that may be in RAM; any type. */
  private long descriptor() {
    long base = random.nextInt(8) == 0 ? random.nextInt() & 0xFFFF_FFFFL : random.nextInt(0x10000);
    long limit = random.nextBoolean() ? 0xF_FFFF : random.nextInt(0x10000);
    int[] likely = {0x9B, 0x93, 0xFB, 0xF3, 0x9F, 0x89, 0x8B, 0x81, 0x82, 0x85, 0x8C, 0x84};
    long access = random.nextInt(4) == 0 ? random.nextInt(256) : likely[random.nextInt(12)];
    if ((access & 0x17) == 4 || (access & 0x1F) == 0xC) {
      return gate() & ~(0xFFL << 40) | access << 40;
    }
    return limit & 0xFFFF
        | (base & 0xFF_FFFF) << 16
        | access << 40
        | (limit >> 16) << 48
        | (long) random.nextInt(16) << 52
        | base >>> 24 << 56;
  }

  private long gate() {
    int[] likely = {0x8E, 0x8F, 0xEE, 0xE5, 0x86, 0x85};
    long access = random.nextInt(8) == 0 ? random.nextInt(256) : likely[random.nextInt(6)];
    return LOAD + random.nextInt(CODE_BYTES) | (long) selector() << 16 | access << 40;
  }

  private int selector() {
    return random.nextInt(0x20) << 3 | (random.nextInt(4) == 0 ? random.nextInt(8) : 0);
  }

  private static void put(byte[] to, int at, long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      to[at + i] = (byte) (value >>> 8 * i);
    }
  }

  private void emit(int... bytes) {
    for (int b : bytes) {
      code.write(b);
    }
  }

  private void word(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      code.write((int) (value >>> 8 * i));
    }
  }

  private void operand32() {
    if (kind == HostileKind.BITS16) {
      emit(0x66);
    }
  }

  /** MOV r32, imm32. */
  private void set(int register, long value) {
    operand32();
    emit(0xB8 + register);
    word(value, 4);
  }

  /**
   * Pseudo-descriptors are pushed; LGDT and LIDT read them at the stack pointer or in the image.
   */
  private void loadTables() {
    if (kind == HostileKind.BITS16) {
      return;
    }
    for (int i = 0; i < 2; i++) {
      int at = 0x7F00 + 16 * i;
      set(0, i == 0 ? 0xFF : 0xFFF);
      emit(0xBB);
      word(at, 4);
      emit(0x66, 0x89, 0x03);
      set(0, i == 0 ? GDT : IDT);
      emit(0x89, 0x43, 0x02, 0xC7, 0x43, 0x06, 0, 0, 0, 0);
      emit(0x0F, 0x01, i == 0 ? 0x13 : 0x1B);
    }
  }

  private int value() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(256);
      case 1 -> 1 << random.nextInt(32);
      case 2 -> random.nextInt(0x10000);
      default -> random.nextInt();
    };
  }

  private void item() {
    switch (random.nextInt(16)) {
      case 0, 1 -> port();
      case 2 -> msr(true);
      case 3 -> msr(false);
      case 4, 5 -> apic();
      case 6 -> control();
      case 7 -> debug();
      case 8 -> selectors();
      case 9 -> transfer();
      case 10 -> iret();
      case 11 -> emit(0x0F, 0xA2, 0xFB);
      case 12 -> stringPort();
      case 13 -> extended();
      default -> {
        byte[] noise = new byte[1 + random.nextInt(12)];
        random.nextBytes(noise);
        code.writeBytes(noise);
      }
    }
  }

  private void port() {
    set(2, random.nextInt(8) == 0 ? random.nextInt(0x10000) : PORTS[random.nextInt(PORTS.length)]);
    set(0, value());
    int[] forms = {0xEE, 0xEC, 0xEF, 0xED};
    emit(forms[random.nextInt(4)]);
  }

  private void stringPort() {
    set(2, PORTS[random.nextInt(PORTS.length)]);
    set(1, random.nextInt(64));
    set(6, 0x7000);
    set(7, 0x7000);
    emit(0xF3, 0x6C + random.nextInt(4));
  }

  private void msr(boolean write) {
    int x2apic = 0x800 + random.nextInt(0x40);
    set(1, random.nextInt(3) == 0 ? x2apic : MSRS[random.nextInt(MSRS.length)]);
    set(0, value());
    set(2, random.nextInt(3) == 0 ? value() : 0);
    emit(0x0F, write ? 0x30 : 0x32);
  }

  /** MOV [EBX], EAX at the local APIC or the I/O APIC. */
  private void apic() {
    int page = random.nextInt(4) == 0 ? 0xFEC0_0000 : 0xFEE0_0000;
    set(3, page + random.nextInt(0x40) * 16);
    set(0, value());
    if (kind == HostileKind.BITS16) {
      emit(0x66, 0x67);
    }
    emit(random.nextInt(3) == 0 ? 0x8B : 0x89, 0x03);
  }

  private void control() {
    set(0, value());
    emit(0x0F, random.nextBoolean() ? 0x22 : 0x20, 0xC0 | random.nextInt(5) << 3);
  }

  private void debug() {
    set(0, random.nextBoolean() ? LOAD + random.nextInt(CODE_BYTES) : value());
    emit(0x0F, random.nextInt(4) == 0 ? 0x21 : 0x23, 0xC0 | random.nextInt(8) << 3);
  }

  private void selectors() {
    set(0, selector());
    switch (random.nextInt(6)) {
      case 0 -> emit(0x0F, 0x00, 0xD8);
      case 1 -> emit(0x0F, 0x00, 0xD0);
      case 2 -> emit(0x0F, 0x02, 0xC0);
      default -> emit(0x8E, 0xC0 | random.nextInt(6) << 3);
    }
  }

  /** Far JMP, CALL, INT n, RETF. */
  private void transfer() {
    switch (random.nextInt(4)) {
      case 0 -> emit(0xCD, random.nextInt(256));
      case 1 -> emit(0xCB);
      default -> {
        emit(random.nextBoolean() ? 0xEA : 0x9A);
        word(LOAD + random.nextInt(CODE_BYTES), kind == HostileKind.BITS16 ? 2 : 4);
        word(selector(), 2);
      }
    }
  }

  private void iret() {
    int[] flags = {2, 0x202, 0x2_0002, 0x4002, 0x102, 0x3_3202};
    push(selector());
    push(0x7000);
    push(random.nextInt(4) == 0 ? value() : flags[random.nextInt(6)]);
    push(selector());
    push(LOAD + random.nextInt(CODE_BYTES));
    emit(0xCF);
  }

  private void push(long value) {
    operand32();
    emit(0x68);
    word(value, 4);
  }

  /** XSETBV, XSAVE and XRSTOR at [EBX], WRPKRU, MONITOR and MWAIT, HLT. */
  private void extended() {
    set(0, random.nextInt(1024));
    set(1, 0);
    set(2, 0);
    set(3, 0x7000);
    switch (random.nextInt(6)) {
      case 0 -> emit(0x0F, 0x01, 0xD1);
      case 1 -> emit(0x0F, 0xAE, 0x23 | random.nextInt(3) << 3);
      case 2 -> emit(0x0F, 0xC7, 0x1B | random.nextInt(3) << 3);
      case 3 -> emit(0x0F, 0x01, 0xEF);
      case 4 -> emit(0x0F, 0x01, 0xC8 | random.nextInt(2));
      default -> emit(0xF4);
    }
  }
}
