package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;

/**
 * What costs much or changes much: faults, mappings, code that is overwritten, other modes and
 * privileges.
 */
final class RareItems {
  private final Writer w;
  private final FaultItems faults;
  private final LegacyItems legacy;
  private final PagingItems paging;
  private final SelfModification modification;
  private final PrivilegeItems privileges;
  private final ModeItems modes;

  RareItems(Program program, Writer writer) {
    this.w = writer;
    this.faults = new FaultItems(writer);
    this.legacy = new LegacyItems(writer);
    this.paging = new PagingItems(writer);
    this.modification = new SelfModification(program, writer);
    this.privileges = new PrivilegeItems(program, writer);
    this.modes = new ModeItems(program, writer);
  }

  void write() {
    if (w.mode != CodeMode.BITS64) {
      legacy.write();
      return;
    }
    if (w.user) {
      faults.write();
      return;
    }
    switch (w.below(12)) {
      case 0, 1, 2 -> faults.write();
      case 3, 4, 5 -> paging.write();
      case 6, 7 -> modification.write();
      case 8, 9 -> privileges.write();
      default -> modes.write();
    }
  }
}
