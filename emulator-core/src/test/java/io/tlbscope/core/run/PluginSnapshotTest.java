package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.plugin.PluginJarMaker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins of others in snapshots. */
class PluginSnapshotTest {
  /** Counts every 100 ticks, and says what its state is. */
  private static final String METRONOME =
      """
      package made;
      import io.tlbscope.core.hook.MachineControl;
      import io.tlbscope.core.plugin.*;
      import io.tlbscope.core.state.*;
      import java.util.List;
      public class Metronome implements Plugin {
        @Override public String name() { return "metronome"; }
        @Override public String description() { return "made by a test"; }
        @Override public int apiVersion() { return 1; }
        @Override public List<PluginOption> options() {
          return List.of(new PluginOption("every", "100", "ticks"));
        }
        @Override public List<Class<?>> advice() { return List.of(); }
        @Override public Object attach(PluginContext context) {
          Beats beats = new Beats(context.machine(), Long.parseLong(context.option("every")));
          context.report("beats", () -> beats.count);
          context.state(beats);
          beats.next();
          return beats;
        }
        static final class Beats implements Stateful {
          final MachineControl machine;
          final long every;
          long count, deadline, handle;
          Beats(MachineControl machine, long every) {
            this.machine = machine;
            this.every = every;
          }
          void next() {
            deadline += every;
            handle = machine.schedule(deadline, this::beat);
          }
          void beat() {
            count++;
            next();
          }
          @Override public void save(StateWriter to) {
            to.putLong(count);
            to.putLong(deadline);
            to.putLong(handle);
          }
          @Override public void load(StateReader from) {
            count = from.getLong();
            deadline = from.getLong();
            handle = from.getLong();
            machine.restore(deadline, handle, this::beat);
          }
        }
      }
      """;

  @TempDir Path folder;

  private MachineBuilder guest(String plugin, String source, String spec) throws Exception {
    Path jar =
        PluginJarMaker.make(
            folder, plugin, "made." + plugin + "\n", Map.of("made." + plugin, source));
    Path image =
        Files.write(folder.resolve("guest.bin"), HexFormat.ofDelimiter(" ").parseHex("eb fe"));
    return Machine.builder()
        .guest(image)
        .memory(1 << 20)
        .maxInstructions(1050)
        .pauseAt(420)
        .plugin(spec)
        .pluginPath(List.of(jar))
        .boot(BootOptions.defaults().withFlat(0x8000, 0x8000, CodeMode.BITS16));
  }

  @Test
  void itsTimersAndCountsGoOn() throws Exception {
    MachineBuilder builder = guest("Metronome", METRONOME, "metronome");
    try (Machine machine = builder.build();
        Machine other = builder.build()) {
      machine.run(Progress.NONE);
      Snapshot snapshot = machine.snapshot();
      assertEquals(10L, machine.run(Progress.NONE).sections().get("beats"));
      machine.restore(snapshot);
      assertEquals(10L, machine.run(Progress.NONE).sections().get("beats"));
      other.restore(snapshot);
      assertEquals(10L, other.run(Progress.NONE).sections().get("beats"));
    }
  }

  @Test
  void itsOptionsMustBeThoseOfThen() throws Exception {
    try (Machine machine = guest("Metronome", METRONOME, "metronome").build();
        Machine other = guest("Metronome", METRONOME, "metronome,every=50").build()) {
      Snapshot snapshot = machine.snapshot();
      String why = assertThrows(MachineException.class, () -> other.restore(snapshot)).getMessage();
      assertTrue(why.contains("--plugin differs"), why);
      assertTrue(why.contains("metronome,every=100"), why);
    }
  }

  @Test
  void onePluginThatSaysNothingIsNamed() throws Exception {
    String source = PluginJarMaker.plugin("made.Silent", "silent", "1");
    try (Machine machine = guest("Silent", source, "silent").build()) {
      String why = assertThrows(MachineException.class, machine::snapshot).getMessage();
      assertTrue(why.startsWith("plugin silent does not say what its state is"), why);
      assertTrue(why.contains("PluginContext.state"), why);
    }
  }
}
