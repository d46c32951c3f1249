package io.tlbscope.tools.hostile;

/** What a hostile guest goes for. */
public enum HostileKind {
  /** Anything, among random bytes, in code of so many bits. */
  BITS16("16", 16),
  BITS32("32", 32),
  BITS64("64", 64),
  /** Devices, APICs and MSRs, by well-formed 32-bit code that returns from its interrupts. */
  DEVICE("device", 32);

  private final String word;
  private final int bits;

  HostileKind(String word, int bits) {
    this.word = word;
    this.bits = bits;
  }

  /** The kind as options name it. */
  public String word() {
    return word;
  }

  /** Width of the code that the guest starts in. */
  public int bits() {
    return bits;
  }

  /** The kind of a word, or null. */
  public static HostileKind of(String word) {
    for (HostileKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    return null;
  }
}
