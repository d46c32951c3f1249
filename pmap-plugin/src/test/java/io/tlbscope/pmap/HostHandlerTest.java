package io.tlbscope.pmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.plugin.PluginException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** IPI_INVLOP served by the plugin: each operation's effect and the scoreboard's protocol. */
class HostHandlerTest {
  private static FakeMachine machine(String handler) throws PluginException {
    FakeMachine machine = new FakeMachine(3);
    machine.options.put("handler", handler);
    return machine.attach();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TLB             | pcid 0x5
          TLB_INVPCID     | pcid 0x7;pcid 0x807
          TLB_INVPCID_PTI | pcid 0x7;pcid 0x807
          TLB_PCID        | pcid 0x7;pcid 0x807
          PGRNG           | page 0x1000;page 0x2000
          PGRNG_INVPCID   | page 0x1000;page 0x1000 pcid 0x807;page 0x2000;page 0x2000 pcid 0x807
          PGRNG_PCID      | page 0x1000;page 0x1000 pcid 0x807;page 0x2000;page 0x2000 pcid 0x807
          PG              | page 0x1000
          PG_INVPCID      | page 0x1000;page 0x1000 pcid 0x807
          PG_PCID         | page 0x1000;page 0x1000 pcid 0x807
          CACHE           |
          """)
  void eachOperationInvalidatesWhatItNames(InvlOp op, String expected) throws PluginException {
    FakeMachine machine = machine("host");
    Protocol protocol = new Protocol(machine);
    machine.write(FakeMachine.USER_PMAP + 8, 8, 0x11000);
    machine.write(FakeMachine.USER_PMAP + 16 + 8, 4, 7);
    protocol.fill(0, op.code(), 0x1000, 0x3000, 2);
    protocol.post(0, 1);
    protocol.send(0, 1, false);
    assertTrue(machine.pmap.serve(machine.cpus.get(1), FakeMachine.VECTOR));
    assertEquals(
        expected == null ? List.of() : List.of(expected.split(";")),
        machine.cpus.get(1).invalidated);
    assertEquals(2, machine.read(Protocol.slot(1, 0), 4), "the slot holds the generation");
    protocol.look(0, 1);
    assertEquals(List.of(), machine.kinds());
  }

  @Test
  void theKernelsPmapFlushesGlobalsToo() throws PluginException {
    FakeMachine machine = machine("host");
    Protocol protocol = new Protocol(machine);
    protocol.fill(0, InvlOp.TLB.code(), 0, 0, 2);
    machine.write(Protocol.record(0, 0x50), 8, FakeMachine.KERNEL_PMAP);
    protocol.post(0, 1);
    machine.pmap.serve(machine.cpus.get(1), FakeMachine.VECTOR);
    assertEquals(List.of("all and globals"), machine.cpus.get(1).invalidated);
  }

  @Test
  void otherVectorsAndGuestModeAreLeftToTheGuest() throws PluginException {
    assertFalse(machine("host").pmap.serve(new FakeMachine(1).cpus.getFirst(), 0x40));
    FakeMachine guest = machine("guest");
    assertFalse(guest.pmap.serve(guest.cpus.getFirst(), FakeMachine.VECTOR));
  }

  @Test
  void aGuestWithoutScoreboardIsRefusedForTheHostsHandler() {
    FakeMachine machine = new FakeMachine(1);
    machine.symbols.clear();
    machine.options.put("handler", "host");
    PluginException e = assertThrows(PluginException.class, machine::attach);
    assertTrue(e.getMessage().contains("invl_scoreboard"), e.getMessage());
  }

  @Test
  void missingSymbolsAreAllNamed() {
    FakeMachine machine = new FakeMachine(1);
    machine.symbols.remove("PC_SMP_TLB_OP");
    machine.symbols.remove("PM_CR3");
    PluginException e = assertThrows(PluginException.class, machine::attach);
    assertTrue(e.getMessage().contains("op=PC_SMP_TLB_OP, pm-cr3=PM_CR3"), e.getMessage());
  }

  @Test
  void unknownChoicesAreRefused() {
    FakeMachine machine = new FakeMachine(1);
    machine.options.put("handler", "magic");
    PluginException e = assertThrows(PluginException.class, machine::attach);
    assertEquals("plugin pmap: handler=magic is unknown; it takes guest or host", e.getMessage());
  }
}
