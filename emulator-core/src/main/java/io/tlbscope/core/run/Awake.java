package io.tlbscope.core.run;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import java.util.Arrays;

/** The vCPUs that can run; their order is the history's, and so replays. */
final class Awake {
  private final Processor[] cpus;
  private final Processor[] list;

  /** Place of each vCPU in {@link #list}, -1 while it sleeps. */
  private final int[] place;

  private int count;

  /** At first all sleep. */
  Awake(Processor[] cpus) {
    this.cpus = cpus;
    this.list = new Processor[cpus.length];
    this.place = new int[cpus.length];
    Arrays.fill(place, -1);
  }

  int count() {
    return count;
  }

  /** They are the first {@link #count}. */
  Processor[] list() {
    return list;
  }

  boolean has(Processor cpu) {
    return place[cpu.index()] >= 0;
  }

  void add(Processor cpu) {
    place[cpu.index()] = count;
    list[count++] = cpu;
  }

  void remove(Processor cpu) {
    int hole = place[cpu.index()];
    Processor last = list[--count];
    list[hole] = last;
    place[last.index()] = hole;
    place[cpu.index()] = -1;
  }

  /** Their indexes, in order, for {@link #indexes(int[])}. */
  int[] indexes() {
    return Arrays.stream(list, 0, count).mapToInt(Processor::index).toArray();
  }

  void indexes(int[] indexes) {
    Arrays.fill(place, -1);
    count = 0;
    for (int index : indexes) {
      add(cpus[index]);
    }
  }

  /** No vCPU of the machine would take a maskable interrupt. */
  boolean allDeaf() {
    for (Processor cpu : cpus) {
      if (cpu.halted()
          && ((cpu.s.flags.system() & CpuState.IF) != 0 || cpu.activity == Activity.MWAIT)) {
        return false;
      }
    }
    return true;
  }
}
