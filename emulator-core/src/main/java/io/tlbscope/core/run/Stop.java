package io.tlbscope.core.run;

/** Why the run was asked to end; the first request wins. */
record Stop(Outcome outcome, int guestExit, String reason) {}
