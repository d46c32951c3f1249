package io.tlbscope.pmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which uses of stale translations Linux must not let happen. */
class LinuxJudgeTest {
  private static final long VA = LinuxProtocol.VA;

  private LinuxProtocol linux;
  private FakeMachine.Entry own;
  private FakeMachine.Entry entry;

  @BeforeEach
  void bothCpusHaveThePage() throws Exception {
    linux = new LinuxProtocol().attach();
    own = linux.fill(0);
    entry = linux.fill(1);
    linux.cpu(1).cpl = 3;
  }

  private void ignoredCall() {
    linux.call(0, 1);
    linux.invlpg(0, VA);
    linux.enter(1);
    linux.leave(1);
  }

  private void assertLegal() {
    linux.use(1, entry);
    assertEquals(List.of(), linux.machine.kinds());
  }

  private void assertStale() {
    linux.use(1, entry);
    linux.use(1, entry);
    assertEquals(List.of("stale-use"), linux.machine.kinds());
  }

  @Test
  void handlerThatInvalidatesNothingIsFound() {
    linux.unmap(0, own, entry);
    ignoredCall();
    assertStale();
    String message = linux.machine.violations.getFirst().message();
    assertTrue(
        message.startsWith(
            "CPU 1 reads 0x400008 through a stale entry (0x400000 -> 0x7000, PCID 0x5, filled as number 2)"
                + " after it has left its handler of shootdown 1 (call-function IPI by CPU 0 at 2);"
                + " CPU 0 in fake+0x100000 changed the paging-structure entry at 0x0"),
        message);
    assertEquals(1L, linux.machine.violations.getFirst().details().get("shootdown"));
  }

  @Test
  void itIsFoundToo_whereTheCallerFlushesEverything() {
    linux.unmap(0, own, entry);
    linux.call(0, 1);
    linux.flush(0);
    linux.enter(1);
    linux.leave(1);
    assertStale();
  }

  @Test
  void itIsFoundToo_whereAnotherTargetDidWhatItWasAsked() {
    linux.unmap(0, own, entry);
    linux.call(0, 1, 2);
    linux.enter(1);
    linux.leave(1);
    linux.enter(2);
    linux.invlpg(2, VA);
    linux.leave(2);
    assertStale();
  }

  @Test
  void wrongPageIsFound() {
    linux.unmap(0, own, entry);
    linux.call(0, 1);
    linux.invlpg(0, VA);
    linux.enter(1);
    linux.invlpg(1, VA + 0x1000);
    linux.leave(1);
    assertStale();
  }

  @Test
  void useBeforeTheHandlerIsLegal() {
    linux.unmap(0, own, entry);
    linux.call(0, 1);
    linux.invlpg(0, VA);
    assertLegal();
  }

  @Test
  void useWhileAnotherCallIsPendingIsLegal() {
    linux.unmap(0, own, entry);
    ignoredCall();
    linux.call(2, 1);
    assertLegal();
  }

  @Test
  void useInTheKernelIsNotJudged() {
    linux.unmap(0, own, entry);
    ignoredCall();
    linux.cpu(1).cpl = 0;
    assertLegal();
  }

  @Test
  void lazyTargetIsNotJudged() {
    linux.unmap(0, own, entry);
    linux.call(0, 1);
    linux.invlpg(0, VA);
    linux.enter(1);
    linux.moveTo(1, 0x20000);
    linux.leave(1);
    linux.moveTo(1, FakeMachine.ROOT);
    assertLegal();
  }

  @Test
  void callInTheMiddleOfABatchRemovesNothingYet() {
    linux.unmap(0, own, entry);
    linux.call(0, 1);
    linux.enter(1);
    linux.leave(1);
    assertLegal();
  }

  @Test
  void whatTheCallerInvalidatesLaterIsNotForTheCall() {
    linux.unmap(0, own, entry);
    linux.call(0, 1);
    linux.enter(1);
    linux.leave(1);
    // The call came from an interrupt's handler, which is over now.
    linux.machine.pmap.returned(linux.cpu(0), 0x2000, 0);
    linux.invlpg(0, VA);
    assertLegal();
  }

  @Test
  void otherPagesAreNotThisCallsBusiness() {
    linux.unmap(0, own, entry);
    linux.call(0, 1);
    linux.invlpg(0, VA + 0x1000);
    linux.enter(1);
    linux.invlpg(1, VA + 0x1000);
    linux.leave(1);
    assertLegal();
  }

  @Test
  void fullFlushElsewhereMayBeMoreThanWasAskedFor() {
    linux.unmap(0, own, entry);
    linux.call(0, 1);
    linux.flush(0);
    linux.enter(1);
    linux.invlpg(1, VA + 0x1000);
    linux.leave(1);
    assertLegal();
  }

  @Test
  void whatBecameStaleAfterTheCallIsForTheNext() {
    FakeMachine.Entry late = linux.fill(1, VA + 0x1000, FakeMachine.ROOT);
    linux.unmap(0, own, entry);
    linux.call(0, 1);
    linux.invlpg(0, VA);
    linux.unmap(0, late);
    linux.enter(1);
    linux.invlpg(1, VA);
    linux.leave(1);
    linux.use(1, late);
    assertEquals(List.of(), linux.machine.kinds());
  }

  @Test
  void twoTopTablesOfOneAddressSpaceAreOne() {
    FakeMachine.Entry user = linux.fill(1, VA, FakeMachine.ROOT | 0x1000);
    linux.moveTo(1, FakeMachine.ROOT | 0x1000);
    linux.unmap(0, own, user);
    linux.moveTo(1, FakeMachine.ROOT);
    ignoredCall();
    linux.use(1, user);
    assertEquals(List.of("stale-use"), linux.machine.kinds());
  }

  @Test
  void protocolAloneIsFollowedWithoutJudging() throws Exception {
    linux = new LinuxProtocol();
    linux.machine.options.put("check", "protocol");
    linux.attach();
    own = linux.fill(0);
    entry = linux.fill(1);
    linux.unmap(0, own, entry);
    ignoredCall();
    linux.cpu(1).cpl = 3;
    assertLegal();
    assertEquals(1L, linux.machine.section().get("completed"));
  }

  @Test
  void newUseOfTheFrameIsLegalUnlessItIsLookedFor() throws Exception {
    linux.unmap(0, own, entry);
    linux.machine.store(linux.cpu(0), 0x7000, 8, 1);
    assertLegal();
    linux = new LinuxProtocol();
    linux.machine.options.put("reuse", "on");
    linux.attach();
    entry = linux.fill(1);
    linux.unmap(0, entry);
    linux.machine.store(linux.cpu(0), 0x7000, 8, 1);
    linux.use(1, entry);
    assertEquals(List.of("stale-reused-frame"), linux.machine.kinds());
  }
}
