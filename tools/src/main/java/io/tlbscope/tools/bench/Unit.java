package io.tlbscope.tools.bench;

/** What a figure counts. */
enum Unit {
  NANOS_PER_OP("ns/op", false),
  OPS_PER_SECOND("ops/s", true),
  SECONDS("s", false),
  MEBIBYTES("MiB", false);

  private final String text;
  private final boolean moreIsBetter;

  Unit(String text, boolean moreIsBetter) {
    this.text = text;
    this.moreIsBetter = moreIsBetter;
  }

  String text() {
    return text;
  }

  boolean moreIsBetter() {
    return moreIsBetter;
  }
}
