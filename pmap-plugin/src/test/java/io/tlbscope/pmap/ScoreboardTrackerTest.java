package io.tlbscope.pmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.trace.TraceKind;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The phases of a parallel shootdown and the rules of its protocol, step by step without an engine.
 */
class ScoreboardTrackerTest {
  private FakeMachine machine;
  private Protocol protocol;

  @BeforeEach
  void attach() throws Exception {
    machine = new FakeMachine(3).attach();
    protocol = new Protocol(machine);
  }

  @Test
  void aCorrectShootdownShowsEveryPhaseAndNoViolation() {
    protocol.whole(2);
    assertEquals(
        List.of(
            TraceKind.SHOOTDOWN_BEGIN,
            TraceKind.SHOOTDOWN_SLOT,
            TraceKind.SHOOTDOWN_ICR,
            TraceKind.SHOOTDOWN_IRR,
            TraceKind.SHOOTDOWN_TAKEN,
            TraceKind.SHOOTDOWN_READ,
            TraceKind.SHOOTDOWN_ACK,
            TraceKind.SHOOTDOWN_DONE,
            TraceKind.SHOOTDOWN_LEFT),
        machine.phases());
    assertEquals(List.of(), machine.kinds());
    assertEquals(1L, machine.section().get("initiated"));
    assertEquals(1L, machine.section().get("completed"));
    assertEquals(0L, machine.section().get("lost"));
    assertEquals(1L, machine.section().get("wasted_ipis"), "the target had no entry to drop");
  }

  @Test
  void settingUpTheScoreboardIsNoShootdown() {
    assertEquals(List.of(), machine.phases());
    assertEquals(List.of(), machine.kinds());
  }

  @Test
  void aSlotThatIsZeroAlreadyIsReported() {
    protocol.fill(0, Protocol.PG, 0, 0, 2);
    protocol.post(0, 1);
    protocol.post(0, 1);
    assertTrue(machine.kinds().contains("slot-already-zero"), machine.kinds().toString());
  }

  @Test
  void anAnswerWithoutReadingTheRecordIsReported() {
    protocol.fill(0, Protocol.PG, 0, 0, 2);
    protocol.post(0, 1);
    protocol.send(0, 1, false);
    protocol.take(1);
    protocol.acknowledge(1, 0, 2);
    assertEquals(List.of("ack-without-read"), machine.kinds());
  }

  @Test
  void anAnswerWithAnotherGenerationIsReported() {
    protocol.fill(0, Protocol.PG, 0, 0, 2);
    protocol.post(0, 1);
    protocol.send(0, 1, false);
    protocol.take(1);
    protocol.read(1, 0);
    protocol.acknowledge(1, 0, 7);
    assertEquals(List.of("wrong-generation"), machine.kinds());
  }

  @Test
  void generationZeroIsReported() {
    protocol.fill(0, Protocol.PG, 0, 0, 0);
    protocol.post(0, 1);
    assertEquals(List.of("generation-zero"), machine.kinds());
  }

  @Test
  void aRecordThatChangesAfterTheSlotIsZeroedIsTorn() {
    protocol.post(0, 1);
    protocol.fill(0, Protocol.PG, 0x1000, 0, 2);
    assertEquals(List.of("torn-request"), machine.kinds());
  }

  @Test
  void waitingWithInterruptsDisabledIsReportedOnce() {
    protocol.fill(0, Protocol.PG, 0, 0, 2);
    protocol.post(0, 1);
    protocol.send(0, 1, false);
    machine.cpus.get(0).flags = 2;
    protocol.look(0, 1);
    protocol.look(0, 1);
    assertEquals(List.of("initiator-interrupts-disabled"), machine.kinds());
  }

  @Test
  void anIpiToACpuWithoutARequestIsMisdirected() {
    protocol.fill(0, Protocol.PG, 0, 0, 2);
    protocol.post(0, 1);
    protocol.send(0, 2, false);
    assertEquals(List.of("misdirected-ipi"), machine.kinds());
  }

  @Test
  void aHandlerThatServesOneOfTwoRequestsLosesTheOther() {
    protocol.fill(0, Protocol.PG, 0, 0, 2);
    protocol.post(0, 1);
    protocol.fill(2, Protocol.PG, 0, 0, 2);
    protocol.post(2, 1);
    protocol.send(0, 1, false);
    protocol.send(2, 1, true);
    protocol.take(1);
    protocol.acknowledge(1, 0, protocol.read(1, 0));
    protocol.leave(1);
    assertEquals(List.of("request-never-served"), machine.kinds());
    machine.time += 100_000_000;
    assertEquals(1L, machine.section().get("lost"));
    assertEquals(List.of("request-never-served"), machine.kinds(), "reported once");
  }

  @Test
  void aRequestPostedAfterTheLastScanWithItsIpiPendingIsNotLost() {
    protocol.fill(0, Protocol.PG, 0, 0, 2);
    protocol.post(0, 1);
    protocol.send(0, 1, false);
    protocol.take(1);
    protocol.acknowledge(1, 0, protocol.read(1, 0));
    protocol.fill(2, Protocol.PG, 0, 0, 2);
    protocol.post(2, 1);
    protocol.send(2, 1, false);
    protocol.leave(1);
    assertEquals(List.of(), machine.kinds());
    protocol.take(1);
    protocol.acknowledge(1, 2, protocol.read(1, 2));
    protocol.look(2, 1);
    protocol.leave(1);
    assertEquals(List.of(), machine.kinds());
  }
}
