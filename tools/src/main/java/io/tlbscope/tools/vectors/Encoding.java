package io.tlbscope.tools.vectors;

/**
 * Bytes of an instruction of a form: prefixes, REX, ModRM, SIB, displacement, immediate at random.
 */
final class Encoding {
  private static final int REX_W = 8;

  private final Dice dice;
  private final Vector v;
  private int at;

  private Encoding(Dice dice, Vector v) {
    this.dice = dice;
    this.v = v;
  }

  static void write(Dice dice, Vector v) {
    new Encoding(dice, v).write();
  }

  private void write() {
    Form form = v.form;
    prefixes(form);
    int rex = dice.once(2) ? (int) dice.next() & 15 : 0;
    rex = form.wide() < 0 ? rex : rex & ~REX_W | form.wide() * REX_W;
    if (rex != 0 || dice.once(8)) {
      put(0x40 | rex);
    }
    if (form.map() > 0) {
      put(0x0F);
    }
    if (form.map() > 1) {
      put(form.map() == 2 ? 0x38 : 0x3A);
    }
    put(form.opcode());
    if (form.operand() != Form.Operand.NONE) {
      modRm(form);
    }
    while (at < v.code.length) {
      put((int) Values.integer(dice));
    }
  }

  private void put(int octet) {
    if (at < v.code.length) {
      v.code[at++] = (byte) octet;
    }
  }

  private void prefixes(Form form) {
    if (dice.once(200)) {
      for (int i = dice.below(14); i > 0; i--) {
        put(dice.once(2) ? 0x2E : 0x3E);
      }
    }
    if (dice.once(12)) {
      put(0x26 | dice.below(4) << 3);
    }
    if (dice.once(12)) {
      put(0x64 | dice.below(2));
    }
    if (dice.once(12)) {
      put(0x67);
    }
    if (dice.once(10)) {
      put(0xF0);
    }
    if (form.prefix() != 0x66 && dice.once(form.map() == 0 ? 4 : 8)) {
      put(0x66);
    }
    if (form.prefix() == 0 && dice.once(form.map() == 0 ? 6 : 20)) {
      put(0xF2 | dice.below(2));
    }
    if (form.prefix() != 0) {
      put(form.prefix());
    }
  }

  private void modRm(Form form) {
    int reg = form.reg() < 0 ? dice.below(8) : form.reg();
    int rm = form.rm() < 0 ? dice.below(8) : form.rm();
    int mod = form.operand() == Form.Operand.REGISTER ? 3 : dice.below(3);
    put(mod << 6 | reg << 3 | rm);
    if (mod != 3 && rm == 4) {
      put((int) dice.next());
    }
  }
}
