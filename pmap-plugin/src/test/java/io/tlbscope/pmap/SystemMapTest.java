package io.tlbscope.pmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.plugin.PluginException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The option symbols=FILE. */
class SystemMapTest {
  @TempDir Path folder;

  private String file(String text) throws Exception {
    return Files.writeString(folder.resolve("map"), text).toString();
  }

  private String refusal(String option) {
    return assertThrows(PluginException.class, () -> SystemMap.of(option)).getMessage();
  }

  @Test
  void nearestSymbolNamesAnAddress() throws Exception {
    SystemMap map =
        SystemMap.of(
            file(
                """
                0000000000000000 A fixed_percpu_data
                ffffffff81000000 T _stext
                ffffffff81072340 t flush_tlb_func
                ffffffffc0002000 t probe\t[virtio_net]
                """));
    assertEquals("flush_tlb_func", map.at(0xffffffff81072340L));
    assertEquals("flush_tlb_func+0x1c", map.at(0xffffffff8107235cL));
    assertEquals("probe+0x1", map.at(0xffffffffc0002001L));
    assertEquals("", map.at(0x1000));
    assertEquals("", map.at(0xffffffffd0000000L));
  }

  @Test
  void itsNamesAreInReports() throws Exception {
    FakeMachine machine = new FakeMachine(1);
    machine.options.put("symbols", file("100000 T the_place\n"));
    assertEquals("the_place+0x8", new Journal(machine).symbol(0x100008));
    assertEquals("fake+0x8", new Journal(machine).symbol(8));
  }

  @Test
  void whatIsNoSuchFileIsRefused() throws Exception {
    assertEquals(
        "plugin pmap: symbols="
            + folder.resolve("map")
            + ", line 1: 'ffffffffffffffff B The real System.map' is not ADDRESS TYPE NAME, as in System.map or"
            + " /proc/kallsyms",
        refusal(file("ffffffffffffffff B The real System.map\n")));
    assertTrue(
        refusal(file("0000000000000000 T _stext\n"))
            .endsWith("has no addresses; /proc/kallsyms shows them to root alone"));
    assertTrue(refusal(folder.resolve("none").toString()).contains("cannot be read"));
  }
}
