package io.tlbscope.core.isa;

/** The register files an operand can name. */
public enum RegisterFile {
  GENERAL,
  SEGMENT,
  CONTROL,
  DEBUG,
  X87,
  MMX,
  XMM
}
