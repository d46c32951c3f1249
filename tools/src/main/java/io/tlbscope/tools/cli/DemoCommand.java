package io.tlbscope.tools.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command(
    name = "demo",
    description =
        "Run the bundled demo: all CPUs shoot down each other's TLB entries. 4 CPUs, plugins apic and pmap, and the report "
            + "tlbscope-report.html unless told otherwise. Ends with 0 when the guest passes (its status 33).")
final class DemoCommand extends Command {
  private static final String GUEST = "demo";

  /** Status of the bundled guests for "passed". */
  private static final int PASS = 33;

  private static final Path REPORT = Path.of("tlbscope-report.html");

  @Mixin private final RunOptions options = new RunOptions();

  DemoCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws Problem {
    options.complete(4, List.of("apic", "pmap"));
    options.report = options.report == null ? REPORT : options.report;
    int exit = new Launch(context().machines(), context().terminal(), options).run(GUEST);
    return exit == PASS ? ExitCode.OK.code() : exit;
  }
}
