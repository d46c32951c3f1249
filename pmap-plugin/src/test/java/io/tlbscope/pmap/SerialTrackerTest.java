package io.tlbscope.pmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.trace.TraceKind;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The phases of a serial shootdown and its rules, on a guest that has scoreboard and serial record.
 */
class SerialTrackerTest {
  private static final long VA = 0x40000000L;

  private FakeMachine machine;
  private SerialProtocol protocol;

  @BeforeEach
  void attach() throws Exception {
    machine = new FakeMachine(3).withSerialRecord().attach();
    protocol = new SerialProtocol(machine);
  }

  @Test
  void aCorrectShootdownShowsEveryPhaseAndNoViolation() {
    protocol.whole();
    assertEquals(
        List.of(
            TraceKind.SHOOTDOWN_BEGIN,
            TraceKind.SHOOTDOWN_ICR,
            TraceKind.SHOOTDOWN_IRR,
            TraceKind.SHOOTDOWN_TAKEN,
            TraceKind.SHOOTDOWN_READ,
            TraceKind.SHOOTDOWN_ACK,
            TraceKind.SHOOTDOWN_DONE,
            TraceKind.SHOOTDOWN_LEFT),
        machine.phases());
    assertEquals(List.of(), machine.kinds());
    assertEquals("scoreboard and serial record", machine.section().get("follows"));
    assertEquals(1L, machine.section().get("initiated"));
    assertEquals(1L, machine.section().get("completed"));
    assertEquals(0L, machine.section().get("lost"));
    assertEquals(1L, machine.section().get("wasted_ipis"), "the target had no entry to drop");
  }

  @Test
  void theInitiatorIsReleasedByTheLastAnswer() {
    protocol.fill(0, Protocol.PG, VA, 0);
    protocol.zero(0);
    protocol.ipi.send(0, 1, false);
    protocol.ipi.send(0, 2, false);
    protocol.serve(2);
    protocol.look(0);
    assertTrue(!machine.phases().contains(TraceKind.SHOOTDOWN_DONE), "one of two has answered");
    protocol.serve(1);
    protocol.look(0);
    assertEquals(TraceKind.SHOOTDOWN_DONE, machine.phases().getLast());
    assertEquals(2, machine.events.getLast().b(), "targets");
    assertEquals(List.of(), machine.kinds());
  }

  @Test
  void aShootdownThatAsksNobodyCompletesAtItsFirstLook() {
    protocol.fill(0, Protocol.PG, VA, 0);
    protocol.zero(0);
    protocol.look(0);
    assertEquals(List.of(TraceKind.SHOOTDOWN_BEGIN, TraceKind.SHOOTDOWN_DONE), machine.phases());
    assertEquals(1L, machine.section().get("without_targets"));
  }

  @Test
  void clearingTheGuestsDataIsNoShootdown() {
    protocol.zero(0);
    protocol.look(0);
    assertEquals(List.of(), machine.phases());
  }

  @Test
  void oneAfterTheOtherTheCpusShareTheRecord() {
    protocol.whole();
    protocol.fill(2, Protocol.PG, VA, 0);
    protocol.zero(2);
    protocol.ipi.send(2, 1, false);
    protocol.serve(1);
    protocol.look(2);
    assertEquals(2L, machine.section().get("completed"));
    assertEquals(List.of(), machine.kinds());
  }

  @Test
  void aParallelShootdownNextToItIsFollowedToo() {
    protocol.whole();
    protocol.ipi.whole(2);
    protocol.whole();
    assertEquals(3L, machine.section().get("completed"));
    assertEquals(List.of(), machine.kinds());
  }

  @Test
  void anAnswerWithoutReadingTheRecordIsReported() {
    protocol.fill(0, Protocol.PG, VA, 0);
    protocol.zero(0);
    protocol.ipi.send(0, 1, false);
    protocol.ipi.take(1);
    protocol.count(1);
    assertEquals(List.of("ack-without-read"), machine.kinds());
  }

  @Test
  void aRecordThatChangesWhileATargetWaitsIsTorn() {
    protocol.fill(0, Protocol.PG, VA, 0);
    protocol.zero(0);
    protocol.ipi.send(0, 1, false);
    protocol.fill(2, Protocol.PG, 0x1000, 0);
    assertEquals(List.of("torn-request"), machine.kinds());
  }

  @Test
  void waitingWithInterruptsDisabledIsReportedOnce() {
    protocol.fill(0, Protocol.PG, VA, 0);
    protocol.zero(0);
    protocol.ipi.send(0, 1, false);
    machine.cpus.get(0).flags = 2;
    protocol.look(0);
    protocol.look(0);
    assertEquals(List.of("initiator-interrupts-disabled"), machine.kinds());
  }

  @Test
  void anIpiWithNoShootdownOpenOrASecondOneIsMisdirected() {
    protocol.ipi.send(0, 1, false);
    assertEquals(List.of("misdirected-ipi"), machine.kinds());
    protocol.fill(0, Protocol.PG, VA, 0);
    protocol.zero(0);
    protocol.ipi.send(0, 1, false);
    assertEquals(List.of("misdirected-ipi"), machine.kinds());
    protocol.ipi.send(0, 1, true);
    assertEquals(List.of("misdirected-ipi", "misdirected-ipi"), machine.kinds());
  }

  @Test
  void aHandlerThatLeavesWithoutAnAnswerLosesTheRequest() {
    protocol.fill(0, Protocol.PG, VA, 0);
    protocol.zero(0);
    protocol.ipi.send(0, 1, false);
    protocol.ipi.take(1);
    protocol.ipi.leave(1);
    assertEquals(List.of("request-never-served"), machine.kinds());
    assertEquals(1L, machine.section().get("lost"));
    assertEquals(List.of("request-never-served"), machine.kinds(), "reported once");
  }

  @Test
  void aRequestThatNobodyTakesIsLostAtTheEnd() {
    protocol.fill(0, Protocol.PG, VA, 0);
    protocol.zero(0);
    protocol.ipi.send(0, 1, false);
    machine.time += 100_000_000;
    assertEquals(1L, machine.section().get("lost"));
    assertEquals(List.of("request-never-served"), machine.kinds());
  }

  @Test
  void aStaleEntryThatIsUsedAfterCompletionIsAViolation() {
    FakeMachine.Entry entry = new FakeMachine.Entry(1, VA, 12, 0x7000, 0, FakeMachine.ROOT, false);
    machine.cpus.get(1).entries.add(entry);
    machine.cpus.get(1).stale.add(entry);
    machine.pmap.fill(machine.cpus.get(1), entry, Access.READ);
    protocol.whole();
    machine.pmap.use(machine.cpus.get(1), entry, VA + 8, Access.READ);
    assertEquals(List.of("stale-use"), machine.kinds());
  }

  @Test
  void theHostsHandlerCountsInTheGuestsPlace() throws Exception {
    machine = new FakeMachine(3).withSerialRecord();
    machine.options.put("handler", "host");
    protocol = new SerialProtocol(machine.attach());
    protocol.fill(0, Protocol.PG, 0x1000, 0);
    protocol.zero(0);
    protocol.ipi.send(0, 1, false);
    assertTrue(machine.pmap.serve(machine.cpus.get(1), FakeMachine.VECTOR));
    assertEquals(List.of("page 0x1000"), machine.cpus.get(1).invalidated);
    assertEquals(1, machine.read(FakeMachine.SERIAL_WAIT, 4));
    protocol.look(0);
    assertEquals(TraceKind.SHOOTDOWN_DONE, machine.phases().getLast());
    assertEquals(1L, machine.section().get("served_by_host"));
    assertEquals(List.of(), machine.kinds());
  }

  @Test
  void aGuestWithTheSerialRecordAloneIsFollowed() throws Exception {
    machine = new FakeMachine(3).withSerialRecord();
    machine
        .symbols
        .keySet()
        .removeIf(
            name -> name.startsWith("invl_") || name.startsWith("PC") || name.equals("__pcpu"));
    protocol = new SerialProtocol(machine.attach());
    protocol.whole();
    assertEquals("serial record", machine.section().get("follows"));
    assertEquals(1L, machine.section().get("completed"));
  }

  @Test
  void aRecordWithoutItsOffsetsIsRefused() {
    machine = new FakeMachine(1).withSerialRecord();
    machine.symbols.remove("SR_OP");
    PluginException e = assertThrows(PluginException.class, machine::attach);
    assertTrue(e.getMessage().contains("serial-op=SR_OP"), e.getMessage());
  }
}
