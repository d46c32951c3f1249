package io.tlbscope.apic;

import java.util.BitSet;
import java.util.List;

/**
 * Routes messages between the APICs of a machine, in order of vCPU index (Intel SDM vol. 3A, 11.6).
 *
 * <p>Lowest priority goes to the enabled candidate with the lowest processor priority, the lowest
 * index among equals: hardware leaves the choice open, a run that repeats does not.
 */
final class ApicBus {
  /** Told of an IPI after its targets are known and before they get it. */
  interface Observer {
    void sent(LocalApic from, InterruptCommand command, BitSet targets);
  }

  private final List<LocalApic> apics;
  private final Observer observer;

  /** APICs by vCPU index. */
  ApicBus(List<LocalApic> apics, Observer observer) {
    this.apics = apics;
    this.observer = observer;
  }

  /** Routes an interrupt command of one of the local APICs. */
  void send(LocalApic from, InterruptCommand command) {
    DeliveryMode mode = command.mode();
    if (command.initDeassert()) {
      return;
    }
    if (mode == DeliveryMode.RESERVED
        || mode == DeliveryMode.EXT_INT
        || !command.validShorthand()) {
      from.ignored("icr-reserved-combination");
      return;
    }
    BitSet targets = new BitSet(apics.size());
    for (int i = 0; i < apics.size(); i++) {
      if (addressed(from, command, apics.get(i))) {
        targets.set(i);
      }
    }
    if (mode == DeliveryMode.LOWEST_PRIORITY) {
      keepLowest(targets);
    }
    observer.sent(from, command, targets);
    deliver(targets, mode, command.vector(), false, from);
  }

  private static boolean addressed(LocalApic from, InterruptCommand command, LocalApic target) {
    if (target.mode() == ApicMode.DISABLED) {
      return false;
    }
    return switch (command.shorthand()) {
      case InterruptCommand.SELF -> target == from;
      case InterruptCommand.ALL -> true;
      case InterruptCommand.OTHERS -> target != from;
      default ->
          Destination.names(target, command.destination(), command.logical(), command.wide());
    };
  }

  /**
   * A message of the I/O APIC.
   *
   * @param destination 8 bits
   * @return true if a local APIC took it
   */
  boolean interrupt(
      int vector, DeliveryMode mode, int destination, boolean logical, boolean level) {
    BitSet targets = new BitSet(apics.size());
    for (int i = 0; i < apics.size(); i++) {
      LocalApic apic = apics.get(i);
      if (apic.mode() != ApicMode.DISABLED
          && Destination.names(apic, destination, logical, false)) {
        targets.set(i);
      }
    }
    if (mode == DeliveryMode.LOWEST_PRIORITY) {
      keepLowest(targets);
    }
    return deliver(targets, mode, vector, level, null);
  }

  private void keepLowest(BitSet targets) {
    int best = -1;
    for (int i = targets.nextSetBit(0); i >= 0; i = targets.nextSetBit(i + 1)) {
      LocalApic apic = apics.get(i);
      if (apic.enabled()
          && (best < 0 || apic.processorPriority() < apics.get(best).processorPriority())) {
        best = i;
      }
    }
    targets.clear();
    if (best >= 0) {
      targets.set(best);
    }
  }

  private boolean deliver(
      BitSet targets, DeliveryMode mode, int vector, boolean level, LocalApic from) {
    boolean taken = false;
    for (int i = targets.nextSetBit(0); i >= 0; i = targets.nextSetBit(i + 1)) {
      LocalApic apic = apics.get(i);
      switch (mode) {
        case FIXED, LOWEST_PRIORITY -> taken |= apic.accept(vector, level, from);
        case NMI -> apic.nmi();
        case INIT -> apic.receiveInit();
        case STARTUP -> apic.startup(vector);
        case SMI -> apic.ignored("smi");
        case RESERVED, EXT_INT -> apic.ignored("ext-int-message");
      }
    }
    return taken;
  }
}
