package io.tlbscope.tools.cli;

import io.tlbscope.guests.Guests;
import io.tlbscope.guests.Stanza;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** How a bundled guest wants to be run, where the user says nothing else. */
final class StanzaDefaults {
  private static final long MIB = 1 << 20;

  private StanzaDefaults() {}

  /** The stanza that has the guest's own name. */
  static Optional<Stanza> of(String guest) {
    return GuestFile.isBundled(guest)
        ? Guests.stanzas().stream()
            .filter(stanza -> stanza.name().equals(guest) && stanza.guest().equals(guest))
            .findFirst()
        : Optional.empty();
  }

  /** Instructions after which the guest has failed; 0 where the stanza does not say. */
  static long timeout(Stanza stanza) {
    return Long.parseLong(stanza.get("timeout", "0"));
  }

  /**
   * Before {@link RunOptions#complete}.
   *
   * @param given whether the user gave the option of this name
   */
  static void fill(RunOptions options, Stanza stanza, Predicate<String> given) {
    if (!given.test("--cpus")) {
      options.cpus = Integer.valueOf(stanza.get("smp", "1").split(",")[0]);
    }
    if (!given.test("--memory")) {
      options.memory = Long.parseLong(stanza.get("memory", "64")) * MIB;
    }
    if (!given.test("--plugin")) {
      options.plugins = List.of(stanza.get("plugins", "apic pmap").split(" +"));
    }
    if (!given.test("--cpu")) {
      options.cpu = stanza.get("cpu", options.cpu);
    }
    if (!given.test("--tlb")) {
      options.tlb = stanza.get("tlb", options.tlb);
    }
    if (!given.test("--append")) {
      String mode = stanza.get("modes", "").split(",")[0];
      options.append = (stanza.get("append", "") + (mode.isEmpty() ? "" : " apic=" + mode)).strip();
    }
    if (!given.test("--memory-order")) {
      options.memoryOrder = stanza.get("memory-order", options.memoryOrder);
    }
  }
}
