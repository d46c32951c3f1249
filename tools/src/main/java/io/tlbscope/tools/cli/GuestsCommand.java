package io.tlbscope.tools.cli;

import io.tlbscope.guests.Guests;
import io.tlbscope.guests.Stanza;

@picocli.CommandLine.Command(name = "guests", description = "List the bundled guests.")
final class GuestsCommand extends Command {
  GuestsCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws Problem {
    if (Guests.names().isEmpty()) {
      throw new Problem(ExitCode.INPUT, "no guest is bundled; build again with gcc and make installed");
    }
    for (String name : Guests.names()) {
      String what = Guests.stanzaOf(name).map(GuestsCommand::what).orElse("");
      print(("%-28s %s".formatted(name, what)).stripTrailing());
    }
    return 0;
  }

  private static String what(Stanza stanza) {
    String about = stanza.get("about", stanza.get("description", ""));
    String smp = stanza.get("smp", "");
    return about + (smp.isEmpty() ? "" : (about.isEmpty() ? "" : ", ") + "CPUs: " + smp);
  }
}
