package io.tlbscope.tools.vectors;

import io.tlbscope.core.isa.DecodeResult;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Undecoded;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Makes the vector of a seed and an index: encoding, registers, addresses. */
final class VectorMaker {
  /** CF, PF, AF, ZF, SF, DF, OF. */
  private static final int RANDOM_FLAGS = 0xCD5;

  private static final int ALWAYS_FLAGS = 0x202;

  /** One vector in so many is of an encoding that does not exist. */
  private static final int UNDEFINED = 40;

  /** One vector in so many crosses the end of the code page. */
  private static final int CROSSING = 200;

  private static final int USUAL_OFFSET = 0x800;

  /** The host may not read them to their ends. */
  private static final Set<Mnemonic> ENDS_EARLY =
      EnumSet.of(Mnemonic.JCC, Mnemonic.UD0, Mnemonic.UD1);

  private final List<Form> forms;
  private final List<Form> undefined;
  private final long[] memory;

  /**
   * @param forms what to choose among
   * @param undefined encodings that do not exist, to be tried now and then; may be empty
   * @param memory contents of the two data pages
   */
  VectorMaker(List<Form> forms, List<Form> undefined, long[] memory) {
    this.forms = forms;
    this.undefined = undefined;
    this.memory = memory;
  }

  /** Contents of the data pages for a batch. */
  static void memory(Dice dice, long[] pages) {
    for (int i = 0; i < pages.length; i++) {
      pages[i] = dice.once(64) ? Place.CODE + dice.below(Place.PAGE) : Values.quadword(dice);
    }
  }

  void make(Dice dice, Vector v) {
    do {
      v.form =
          !undefined.isEmpty() && dice.once(UNDEFINED)
              ? undefined.get(dice.below(undefined.size()))
              : forms.get(dice.below(forms.size()));
      state(dice, v);
      Encoding.write(dice, v);
    } while (!usable(dice, v));
  }

  private static void state(Dice dice, Vector v) {
    for (int i = 0; i < 16; i++) {
      v.reg[i] = Values.integer(dice);
    }
    v.flags = ALWAYS_FLAGS | dice.next() & RANDOM_FLAGS;
    for (int i = 0; i < 32; i++) {
      v.xmm[i] = Values.quadword(dice);
      v.ymm[i] = Values.quadword(dice);
    }
    if (dice.once(3)) {
      floats(dice, v);
    }
    v.mxcsr = Controls.mxcsr(dice);
    Controls.x87(dice, v);
    v.offset = USUAL_OFFSET;
  }

  /** Operands that arithmetic finds numbers in: of one precision, all alike now and then. */
  private static void floats(Dice dice, Vector v) {
    boolean wide = dice.once(2);
    for (int i = 0; i < 32; i++) {
      v.xmm[i] = wide ? Values.wide(dice) : Values.singles(dice);
    }
    if (dice.once(8)) {
      System.arraycopy(v.xmm, 0, v.xmm, 16, 16);
    }
  }

  /** Decodes, gives the operands sense, and finds out whether the vector may be run. */
  private boolean usable(Dice dice, Vector v) {
    DecodeResult result = v.decode();
    v.length = result.length();
    if (result instanceof Instruction in) {
      if (!Exclusions.runs(in, v.code) || !in.mnemonic().name().equalsIgnoreCase(v.form.name())) {
        return false;
      }
      new Operands(dice, v, in, memory).arrange();
      if (!ENDS_EARLY.contains(in.mnemonic()) && dice.once(CROSSING)) {
        v.offset = Place.PAGE - dice.below(v.length + 1);
      }
      return Undefined.known(v, in);
    }
    Undecoded not = (Undecoded) result;
    if (!Exclusions.runsUndefined(v.form, v.code)) {
      return false;
    }
    if (not.kind() == Undecoded.Kind.TOO_LONG) {
      v.length = Vector.LONGEST;
      return true;
    }
    // Of an encoding that does not exist nobody knows how long it would be.
    return not.kind() == Undecoded.Kind.INVALID
        && !v.form.defined()
        && v.length < Vector.LONGEST - 6;
  }
}
