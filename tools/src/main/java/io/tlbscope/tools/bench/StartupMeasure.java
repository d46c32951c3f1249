package io.tlbscope.tools.bench;

import java.io.IOException;

/** The guest hello from the start of the process to its end. */
record StartupMeasure() implements Measure {
  @Override
  public String name() {
    return "hello";
  }

  @Override
  public Group group() {
    return Group.STARTUP;
  }

  @Override
  public String what() {
    return "hello from shell to exit";
  }

  @Override
  public Unit unit() {
    return Unit.SECONDS;
  }

  @Override
  public Reading take(Peer peer, Lab lab) throws IOException, InterruptedException, Skipped {
    Excuse excuse = new Excuse();
    boolean[] passed = {false};
    Ended ended =
        lab.run(
            peer,
            GuestRun.single("hello", ""),
            (line, nanos) -> {
              excuse.line(line);
              passed[0] |= line.strip().equals("PASS hello");
              return true;
            });
    if (!passed[0] || ended.timedOut()) {
      throw new Skipped(excuse.why(ended));
    }
    return Reading.of(ended.nanos() / 1e9);
  }
}
