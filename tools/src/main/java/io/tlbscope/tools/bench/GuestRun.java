package io.tlbscope.tools.bench;

import java.util.List;

/**
 * A guest and the machine it wants.
 *
 * @param guest a bundled guest's name
 * @param cpus 1 and more
 * @param memoryMib RAM
 * @param append the guest's command line
 * @param plugins of tlbscope, none when empty
 * @param parallel vCPUs on threads of their own; otherwise tlbscope's default schedule
 */
record GuestRun(
    String guest, int cpus, int memoryMib, String append, List<String> plugins, boolean parallel) {
  static GuestRun single(String guest, String append) {
    return new GuestRun(guest, 1, 128, append, List.of(), false);
  }
}
