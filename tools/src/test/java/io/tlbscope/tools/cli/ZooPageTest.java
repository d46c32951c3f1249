package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.guests.Stanza;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ZooPageTest {
  @Test
  void thePageHasTheGuestsThatThereAre() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "zoo.md"));
    String table = page.substring(page.indexOf(ZooTable.START), page.indexOf(ZooTable.END));
    Set<String> listed = new TreeSet<>();
    table
        .lines()
        .filter(line -> line.startsWith("| zoo-"))
        .forEach(line -> listed.add(line.split("\\|")[1].strip()));
    Set<String> there = new TreeSet<>();
    ZooCommand.bugs().stream().map(Stanza::name).forEach(there::add);
    assertEquals(there, listed, "make the table anew: ./tlbscope zoo --page docs/zoo.md");
  }
}
