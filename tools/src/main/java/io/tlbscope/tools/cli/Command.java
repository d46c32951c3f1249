package io.tlbscope.tools.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands share: {@code --help}, {@code --version}, {@code --debug} and the context. */
@CommandLine.Command(
    versionProvider = Version.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n")
abstract class Command implements Callable<Integer> {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "show the version")
  private boolean version;

  @Option(names = "--debug", description = "show Java stack traces of failures")
  private boolean debug;

  @Spec private CommandLine.Model.CommandSpec spec;

  private final Context context;

  Command(Context context) {
    this.context = context;
  }

  /** Takes options out that a command has of others, and has no use for. */
  void shape(CommandLine.Model.CommandSpec whole) {}

  static void leaveOut(CommandLine.Model.CommandSpec whole, String... options) {
    for (String option : options) {
      whole.remove(whole.findOption(option));
    }
  }

  final Context context() {
    return context;
  }

  final void print(String line) {
    context.terminal().out().println(line);
  }

  final CommandLine commandLine() {
    return spec.commandLine();
  }
}
