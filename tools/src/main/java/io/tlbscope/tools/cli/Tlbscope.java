package io.tlbscope.tools.cli;

import picocli.CommandLine;

@CommandLine.Command(
    name = "tlbscope",
    synopsisSubcommandLabel = "COMMAND",
    description =
        "An emulator for x86-64 multiprocessors that shows what TLB shootdowns do to every CPU's TLB.")
final class Tlbscope extends Command {
  Tlbscope(Context context) {
    super(context);
  }

  /** Without a command: the help, as an error. */
  @Override
  public Integer call() {
    commandLine().usage(context().terminal().err());
    return ExitCode.USAGE.code();
  }
}
