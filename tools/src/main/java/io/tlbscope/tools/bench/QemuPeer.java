package io.tlbscope.tools.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** QEMU's own translator, TCG; vCPUs on threads of their own where there are several. */
final class QemuPeer implements Peer {
  private static final String PROGRAM = "qemu-system-x86_64";
  private static final String PACKAGE = "qemu-system-x86";

  /** TCG translates a block when it first runs; there is little to wait for. */
  private static final long WARM_UP_MILLIS = 300;

  @Override
  public String name() {
    return "qemu";
  }

  @Override
  public Optional<String> absent() {
    return Programs.absent(PROGRAM, PACKAGE);
  }

  @Override
  public String version() {
    return Programs.firstLine(PROGRAM, "--version");
  }

  @Override
  public Optional<String> lacks(GuestRun run) {
    return Optional.empty();
  }

  @Override
  public List<String> command(GuestRun run, Path image) {
    List<String> words = new ArrayList<>(List.of(PROGRAM, "-accel"));
    words.add(run.cpus() > 1 ? "tcg,thread=multi" : "tcg");
    words.addAll(List.of("-cpu", "max", "-m", Integer.toString(run.memoryMib())));
    words.addAll(List.of("-smp", run.cpus() + ",sockets=" + run.cpus()));
    words.addAll(List.of("-kernel", image.toString(), "-append", run.append()));
    words.addAll(List.of("-display", "none", "-monitor", "none", "-serial", "stdio"));
    words.addAll(List.of("-no-reboot", "-net", "none"));
    words.addAll(List.of("-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"));
    return words;
  }

  @Override
  public Window window(Window asked) {
    return asked.warmUp(Math.min(asked.warmUpMillis(), WARM_UP_MILLIS));
  }
}
