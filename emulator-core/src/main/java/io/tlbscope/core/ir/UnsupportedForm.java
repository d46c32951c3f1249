package io.tlbscope.core.ir;

/** The mnemonic has a lifting, but not for these operands. */
final class UnsupportedForm extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedForm(String message) {
    super(message, null, false, false);
  }
}
