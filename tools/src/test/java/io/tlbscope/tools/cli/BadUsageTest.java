package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadUsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run | 2 | Missing required parameter: 'GUEST'",
        "nonsense | 2 | Unmatched argument",
        "run hello --cpus 0 | 2 | --cpus 0 is out of range; give 1 to 255",
        "run hello --cpus 256 | 2 | --cpus 256 is out of range; give 1 to 255",
        "run hello --cpus many | 2 | 'many' is not an int",
        "run hello --memory 12Q | 2 | is no size",
        "run hello --memory 64k | 2 | cannot be had",
        "run hello --memory 99999999999999G | 2 | is more than any machine has",
        "run hello --memory 2T | 2 | cannot be had",
        "run hello --schedule backwards | 2 | give deterministic or parallel",
        "run hello --engine check --schedule parallel | 2 | give deterministic",
        "run hello --memory-order arm | 2 | give sc or tso",
        "run hello --memory-order tso --engine translate | 2 | give interpret",
        "run hello --memory-order tso --engine check | 2 | give interpret",
        "run hello --memory-order tso --schedule parallel | 2 | leave one of the two out",
        "run hello --gdb :1 --schedule parallel | 2 | give deterministic",
        "run hello --gdb :99999 | 2 | is no address to listen on",
        "run hello --gdb no.such.host.invalid:1 | 2 | is no host known here",
        "run hello --save-at 5 | 2 | give --save FILE too",
        "run hello --save s --save-at -1 | 2 | never comes",
        "run hello --save s --schedule parallel | 2 | give deterministic",
        "run hello --restore s --schedule parallel | 2 | give deterministic",
        "run hello --save s --gdb :1 | 2 | leave one of them out",
        "run hello --save /no/such/folder/s | 16 | there is no folder",
        "run hello --restore /no/snapshot | 4 | no such file",
        "run hello --quantum 0 | 2 | out of range",
        "run hello --timeout 0 | 2 | seconds above 0",
        "run hello --max-instructions 0 | 2 | leaves nothing to run",
        "run hello --mode 33 --load-address 0 | 2 | give 16, 32 or 64",
        "run hello --entry 0x1000 | 2 | give --load-address too",
        "run hello --load-address 0xZZ | 2 | is no address",
        "run hello --bogus | 2 | Unknown option",
        "run hello --trace /no/such/folder/t | 16 | there is no folder",
        "run hello --report /tmp | 16 | is a folder",
        "run hello --json /dev/null/x | 16 | there is no folder",
        "run hello --trace same --perfetto same | 2 | name the same file",
        "run hello --initrd /no/initrd | 4 | cannot be read",
        "run no-such-guest | 4 | there is no guest no-such-guest",
        "run /tmp | 4 | is a folder",
        "demo --cpus 300 | 2 | out of range",
        "report /no/trace | 4 | there is no trace",
        "disasm hello --symbol a --start 0 | 2 | give one",
        "disasm hello --symbol no_such_function | 4 | has no function",
        "disasm hello --start 0x5 | 4 | has no code at 0x5",
        "bench --only nonsense | 2 | --only nonsense is unknown; 'tlbscope bench --list'",
        "bench --peers vax | 2 | --peers vax is unknown; give some of native, qemu, bochs",
        "bench --runs 0 | 2 | out of range; give 1 to 1000",
        "bench --json /no/such/folder/b | 16 | there is no folder",
        "bench --readme /no/page.md | 16 | there is no folder",
        "bench --from /no/bench.json | 4 | no such file",
        "bench --from pom.xml | 4 | give a file that 'tlbscope bench --json' wrote",
        "bench --readme pom.xml --only sieve | 4 | has no place for the figures",
        "plugins --plugin-path /no/jar | 12 | does not exist",
      })
  void endsWithItsCodeAndOneClearLine(String line, int exit, String message) {
    FakeMachines machines = new FakeMachines();
    Cli.Result result = Cli.run(machines, line.strip().split(" +"));
    assertEquals(exit, result.exit(), result.err());
    assertTrue(result.err().contains(message.strip()), result.err());
    assertTrue(
        result.err().startsWith("tlbscope: ") && result.err().lines().count() == 1, result.err());
    assertTrue(result.showsNoStackTrace());
    assertNull(machines.spec, "no machine may be built");
  }

  @Test
  void withoutACommandItShowsTheHelpAsAnError() {
    Cli.Result result = Cli.run(new FakeMachines());
    assertEquals(2, result.exit());
    assertTrue(result.err().contains("Commands:") && result.err().contains("disasm"), result.err());
  }

  @ParameterizedTest
  @CsvSource({"demo", "run", "guests", "plugins", "hooks", "disasm", "report", "bench"})
  void everyCommandExplainsItselfAndItsExitCodes(String command) {
    Cli.Result help = Cli.run(new FakeMachines(), command, "--help");
    assertEquals(0, help.exit());
    assertTrue(
        help.out().contains("Usage: tlbscope " + command) && help.out().contains("Exit codes:"),
        help.out());
    Cli.Result version = Cli.run(new FakeMachines(), command, "--version");
    assertEquals(0, version.exit());
    assertTrue(version.out().startsWith("tlbscope "), version.out());
  }
}
