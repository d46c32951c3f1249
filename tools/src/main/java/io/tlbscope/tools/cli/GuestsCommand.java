package io.tlbscope.tools.cli;

import io.tlbscope.guests.Guests;
import io.tlbscope.guests.Stanza;
import java.util.List;

@picocli.CommandLine.Command(name = "guests", description = "List the bundled guests.")
final class GuestsCommand extends Command {
  GuestsCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws Problem {
    if (Guests.names().isEmpty()) {
      throw new Problem(
          ExitCode.INPUT, "no guest is bundled; build again with gcc and make installed");
    }
    for (String name : Guests.names()) {
      List<Stanza> stanzas =
          Guests.stanzas().stream().filter(stanza -> stanza.guest().equals(name)).toList();
      print(
          ("%-20s %s".formatted(name, stanzas.isEmpty() ? "" : what(stanzas.getFirst())))
              .stripTrailing());
      stanzas.stream()
          .skip(1)
          .forEach(stanza -> print(("%-20s %s".formatted("", what(stanza))).stripTrailing()));
    }
    return 0;
  }

  /** How the stanza wants the guest to be run and to end. */
  private static String what(Stanza stanza) {
    String append = stanza.get("append", "");
    String expect = stanza.get("expect", "pass");
    return "--cpus "
        + stanza.get("smp", "1").replace(",", "|")
        + (append.isEmpty() ? "" : " --append '" + append + "'")
        + (expect.equals("pass") ? "" : "  (ends with: " + expect + ")");
  }
}
