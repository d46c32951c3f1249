package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.vcpu.Processor;

/** Loads and checks the segments of a new task (Intel SDM vol. 3A, table 7-1). */
final class TaskSegments {
  private static final int[] DATA = {Segment.ES, Segment.DS, Segment.FS, Segment.GS};

  private TaskSegments() {}

  static void load(Processor cpu, TaskImage image, int ext) {
    CpuState s = cpu.s;
    ldt(cpu, image.ldt(), ext);
    if (s.virtual8086()) {
      for (int i = 0; i < s.segments.length; i++) {
        Segments.loadVirtual8086(s, i, image.selectors()[i]);
      }
      return;
    }
    code(cpu, image.selectors()[Segment.CS], ext);
    stack(cpu, image.selectors()[Segment.SS], ext);
    for (int segment : DATA) {
      data(cpu, segment, image.selectors()[segment], ext);
    }
    s.refreshSegmentBases();
  }

  private static GuestFault invalid(Processor cpu, int selector, int ext) {
    return cpu.fault.with(GuestFault.TS, selector & 0xFFFC | ext);
  }

  private static boolean isNull(int selector) {
    return (selector & 0xFFFC) == 0;
  }

  private static void ldt(Processor cpu, int selector, int ext) {
    Segment ldtr = cpu.s.ldtr;
    ldtr.selector = selector;
    ldtr.attributes = 0;
    if (isNull(selector)) {
      return;
    }
    // Not to be looked up in until it is known to be good.
    ldtr.selector = 0;
    if ((selector & 4) != 0) {
      throw invalid(cpu, selector, ext);
    }
    Descriptor d = DescriptorTables.read(cpu, selector, GuestFault.TS, ext);
    if (d.memory() || d.type() != Descriptor.LDT || !d.present()) {
      throw invalid(cpu, selector, ext);
    }
    ldtr.selector = selector;
    ldtr.base = d.base();
    ldtr.limit = d.limit();
    ldtr.attributes = d.attributes();
  }

  private static void code(Processor cpu, int selector, int ext) {
    if (isNull(selector)) {
      throw invalid(cpu, selector, ext);
    }
    Descriptor d = DescriptorTables.read(cpu, selector, GuestFault.TS, ext);
    int rpl = selector & 3;
    if (!d.code() || (d.conforming() ? d.dpl() > rpl : d.dpl() != rpl)) {
      throw invalid(cpu, selector, ext);
    }
    if (!d.present()) {
      throw cpu.fault.with(GuestFault.NP, selector & 0xFFFC | ext);
    }
    into(cpu, d, Segment.CS, selector);
  }

  private static void stack(Processor cpu, int selector, int ext) {
    if (isNull(selector)) {
      throw invalid(cpu, selector, ext);
    }
    Descriptor d = DescriptorTables.read(cpu, selector, GuestFault.TS, ext);
    int cpl = cpu.s.cpl;
    if (!d.writableData() || (selector & 3) != cpl || d.dpl() != cpl) {
      throw invalid(cpu, selector, ext);
    }
    if (!d.present()) {
      throw cpu.fault.with(GuestFault.SS, selector & 0xFFFC | ext);
    }
    into(cpu, d, Segment.SS, selector);
  }

  private static void data(Processor cpu, int segment, int selector, int ext) {
    if (isNull(selector)) {
      return;
    }
    Descriptor d = DescriptorTables.read(cpu, selector, GuestFault.TS, ext);
    boolean seen = d.conforming() || d.dpl() >= Math.max(cpu.s.cpl, selector & 3);
    if (!d.memory() || !d.readable() || !seen) {
      throw invalid(cpu, selector, ext);
    }
    if (!d.present()) {
      throw cpu.fault.with(GuestFault.NP, selector & 0xFFFC | ext);
    }
    into(cpu, d, segment, selector);
  }

  private static void into(Processor cpu, Descriptor d, int segment, int selector) {
    DescriptorTables.setAccessed(cpu, d);
    d.into(cpu.s, segment, selector);
  }
}
