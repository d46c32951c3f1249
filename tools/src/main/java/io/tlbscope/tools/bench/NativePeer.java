package io.tlbscope.tools.bench;

import io.tlbscope.guests.Guests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The host's processor: the portable kernels, the same machine code, as a Linux program. */
final class NativePeer implements Peer {
  static final String NAME = "native";
  private static final String GUEST = "bench";
  private static final String ONLY = "only=";

  /** Enough for the clock of a processor that slept. */
  private static final long WARM_UP_MILLIS = 50;

  private final Set<String> kernels;
  private Path program;

  NativePeer(List<Kernel> kernels) {
    this.kernels =
        kernels.stream().filter(Kernel::portable).map(Kernel::name).collect(Collectors.toSet());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> absent() {
    boolean fits =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    return fits ? Optional.empty() : Optional.of("this host is not Linux on x86-64");
  }

  @Override
  public String version() {
    return Programs.processor();
  }

  @Override
  public Optional<String> lacks(GuestRun run) {
    boolean portable =
        run.guest().equals(GUEST)
            && Programs.words(run.append())
                .filter(word -> word.startsWith(ONLY))
                .allMatch(word -> kernels.contains(word.substring(ONLY.length())));
    return portable ? Optional.empty() : Optional.of("only a machine of its own can run it");
  }

  @Override
  public List<String> command(GuestRun run, Path image) throws IOException {
    List<String> words = new ArrayList<>(List.of(program(image.getParent()).toString()));
    Programs.words(run.append()).forEach(words::add);
    return words;
  }

  private Path program(Path folder) throws IOException {
    if (program == null) {
      program = Guests.extractNative(folder);
    }
    return program;
  }

  @Override
  public Window window(Window asked) {
    return asked.warmUp(Math.min(asked.warmUpMillis(), WARM_UP_MILLIS));
  }
}
