package io.tlbscope.tools.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A way to run a guest: tlbscope itself, another emulator, or the host's processor. */
interface Peer {
  /** As in {@code --peers}, in the tables and in the JSON. */
  String name();

  /** Why this peer cannot be used here, with the mend; empty when it can. */
  Optional<String> absent();

  /** The peer's own version, one line; empty where it says none. */
  String version();

  /** Why it cannot do this run; empty when it can be tried. */
  Optional<String> lacks(GuestRun run);

  /**
   * Words of the process whose standard output is the guest's console.
   *
   * @param image the guest's file; what else the process needs goes beside it
   */
  List<String> command(GuestRun run, Path image) throws IOException;

  /** How long the peer needs until it runs at its own speed. */
  Window window(Window asked);

  /** How much of the usual work a sample holds, in thousandths of {@code asked}. */
  default int scale(int asked) {
    return asked;
  }
}
