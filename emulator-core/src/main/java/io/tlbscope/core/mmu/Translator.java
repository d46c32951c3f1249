package io.tlbscope.core.mmu;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.hook.Access;

/** Placeholder: paging follows. */
final class Translator {
  private final PagingMode mode;
  CachedTranslation entry = CachedTranslation.NOBODY;

  Translator(PagingMode mode) {
    this.mode = mode;
  }

  /** Physical address of {@code va}; leaves the translation in {@link #entry}. */
  long resolve(long va, Access access, boolean implicit) {
    if (mode.levels == 0) {
      entry = CachedTranslation.NOBODY;
      return va;
    }
    throw new EmulatorError("paging", "paging is not there yet");
  }
}
