/**
 * The command line: one class a command, one for a run's options, one for carrying a run out.
 * Depends on every other package of the tools; nothing depends on it. Exit codes stand at {@link
 * io.tlbscope.tools.cli.ExitCode}, in docs/exit-codes.md and below every help text.
 */
package io.tlbscope.tools.cli;
