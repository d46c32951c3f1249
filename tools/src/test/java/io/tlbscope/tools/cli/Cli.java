package io.tlbscope.tools.cli;

import io.tlbscope.tools.console.Terminal;
import io.tlbscope.tools.machine.CoreMachines;
import io.tlbscope.tools.machine.MachineFactory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs commands inside the test's process. */
final class Cli {
  /** What a command did. */
  record Result(int exit, String out, String err) {
    boolean showsNoStackTrace() {
      return !(out + err).contains("\tat ") && !err.contains("Exception in thread");
    }
  }

  private Cli() {}

  static Result run(FakeMachines machines, String... arguments) {
    return run(machines::build, arguments);
  }

  /** Runs a command on the core's machines. */
  static Result real(String... arguments) {
    return run(CoreMachines::build, arguments);
  }

  private static Result run(MachineFactory machines, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    int exit = Main.execute(new Context(terminal, machines), arguments);
    return new Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
