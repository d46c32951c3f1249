package io.tlbscope.tools.cli;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.tools.console.Terminal;
import io.tlbscope.tools.machine.CoreMachines;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * The process: arguments in, exit code out. No failure shows a stack trace unless {@code --debug}
 * is given.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Terminal terminal = new Terminal(System.out, System.err, Terminal.isInteractive());
    System.exit(execute(new Context(terminal, CoreMachines::build), arguments));
  }

  static int execute(Context context, String... arguments) {
    CommandLine line = new CommandLine(new Tlbscope(context));
    addCommands(line, context, arguments);
    line.setOut(new PrintWriter(context.terminal().out(), true));
    line.setErr(new PrintWriter(context.terminal().err(), true));
    line.setUsageHelpAutoWidth(true);
    line.setUsageHelpLongOptionsMaxWidth(34);
    exitCodes(line);
    line.setParameterExceptionHandler((e, args) -> usage(context, e));
    line.setExecutionExceptionHandler((e, failed, parsed) -> failed(context, e, parsed));
    try {
      int exit = line.execute(arguments);
      if (exit == 0 && context.terminal().out().checkError()) {
        error(context, "standard output was closed or is full, so its text is incomplete");
        return ExitCode.OUTPUT.code();
      }
      return exit;
    } catch (Error e) {
      return internal(context, e, Arrays.asList(arguments).contains("--debug"));
    }
  }

  private static Map<String, Function<Context, Command>> commands() {
    Map<String, Function<Context, Command>> commands = new LinkedHashMap<>();
    commands.put("demo", DemoCommand::new);
    commands.put("run", RunCommand::new);
    commands.put("explore", ExploreCommand::new);
    commands.put("replay", ReplayCommand::new);
    commands.put("zoo", ZooCommand::new);
    commands.put("guests", GuestsCommand::new);
    commands.put("plugins", PluginsCommand::new);
    commands.put("hooks", HooksCommand::new);
    commands.put("disasm", DisasmCommand::new);
    commands.put("report", ReportCommand::new);
    commands.put("bench", BenchCommand::new);
    commands.put("check-engines", CheckEnginesCommand::new);
    commands.put("vectors", VectorsCommand::new);
    return commands;
  }

  /**
   * Only the command that the first word names, where it names one: picocli reads the options of
   * each by reflection, and all of them took longer than a small guest.
   */
  private static void addCommands(CommandLine line, Context context, String[] arguments) {
    Map<String, Function<Context, Command>> commands = commands();
    String first = arguments.length == 0 ? "" : arguments[0];
    if (commands.containsKey(first)) {
      commands.keySet().retainAll(Set.of(first));
    }
    commands.forEach(
        (name, make) -> {
          Command command = make.apply(context);
          line.addSubcommand(name, command);
          command.shape(line.getSubcommands().get(name).getCommandSpec());
        });
  }

  /** The table of exit codes below the help of every command. */
  private static void exitCodes(CommandLine line) {
    var table = CommandLine.Model.UsageMessageSpec.keyValuesMap(ExitCode.rows());
    line.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(table);
    line.getSubcommands()
        .values()
        .forEach(
            each ->
                each.getCommandSpec()
                    .usageMessage()
                    .exitCodeListHeading("%nExit codes:%n")
                    .exitCodeList(table));
  }

  private static int usage(Context context, CommandLine.ParameterException e) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    error(
        context,
        e.getMessage().lines().findFirst().orElse("wrong arguments")
            + "; see '"
            + name
            + " --help'");
    return ExitCode.USAGE.code();
  }

  private static int failed(Context context, Exception e, ParseResult parsed) {
    boolean debug = parsed.originalArgs().contains("--debug");
    if (e instanceof Problem problem) {
      context.terminal().clear();
      error(context, problem.getMessage());
      if (debug) {
        problem.printStackTrace(context.terminal().err());
      }
      return problem.exit().code();
    }
    return internal(context, e, debug);
  }

  private static int internal(Context context, Throwable e, boolean debug) {
    context.terminal().clear();
    if (e instanceof EmulatorError named) {
      error(context, named.name() + ": " + named.getMessage());
      return ExitCode.EMULATOR.code();
    }
    String what =
        e instanceof OutOfMemoryError
            ? "out of memory; give Java more with TLBSCOPE_JAVA_OPTS=-Xmx4g"
            : e.toString().lines().findFirst().orElse("");
    error(
        context,
        "internal error: "
            + what
            + "; please report it with the command line and the output of --debug");
    if (debug) {
      e.printStackTrace(context.terminal().err());
    }
    return ExitCode.EMULATOR.code();
  }

  private static void error(Context context, String message) {
    context.terminal().out().flush();
    context.terminal().err().println("tlbscope: " + message);
    context.terminal().err().flush();
  }
}
