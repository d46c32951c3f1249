package io.tlbscope.core.ir;

/** The string instructions on memory; the {@code sub} of {@link Op#STRING} is the ordinal. */
public enum StringKind {
  MOVS,
  CMPS,
  STOS,
  LODS,
  SCAS
}
