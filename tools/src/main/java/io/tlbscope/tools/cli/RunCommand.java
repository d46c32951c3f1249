package io.tlbscope.tools.cli;

import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(name = "run", description = "Run a guest.")
final class RunCommand extends Command {
  @Parameters(
      paramLabel = "GUEST",
      description = "an image's file, or a bundled guest's name ('tlbscope guests')")
  private String guest;

  /** What the bundled guests are written for. */
  private static final List<String> BUNDLED_PLUGINS = List.of("apic", "pmap");

  @Mixin private final RunOptions options = new RunOptions();

  RunCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws Problem {
    options.complete(1, GuestFile.isBundled(guest) ? BUNDLED_PLUGINS : List.of());
    return new Launch(context().machines(), context().terminal(), options).run(guest);
  }
}
