package io.tlbscope.tools.cli;

import io.tlbscope.tools.console.Terminal;
import io.tlbscope.tools.machine.MachineFactory;

/** What commands need from outside: a terminal and a maker of machines. */
record Context(Terminal terminal, MachineFactory machines) {}
