package io.tlbscope.pmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.trace.TraceKind;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Linux's shootdowns, told by what any CPU can see. */
class LinuxFollowerTest {
  private LinuxProtocol linux;

  @BeforeEach
  void attach() throws Exception {
    linux = new LinuxProtocol().attach();
  }

  private Object counted(String what) {
    return linux.machine.section().get(what);
  }

  @Test
  void callWithStaleTranslationsIsAShootdown() {
    FakeMachine.Entry own = linux.fill(0);
    FakeMachine.Entry other = linux.fill(1);
    linux.unmap(0, own, other);
    linux.call(0, 1);
    linux.invlpg(0, LinuxProtocol.VA);
    linux.enter(1);
    linux.invlpg(1, LinuxProtocol.VA);
    linux.leave(1);
    assertEquals(
        List.of(
            TraceKind.SHOOTDOWN_BEGIN,
            TraceKind.SHOOTDOWN_ICR,
            TraceKind.SHOOTDOWN_IRR,
            TraceKind.SHOOTDOWN_DROP,
            TraceKind.SHOOTDOWN_TAKEN,
            TraceKind.SHOOTDOWN_DROP,
            TraceKind.SHOOTDOWN_ACK,
            TraceKind.SHOOTDOWN_LEFT,
            TraceKind.SHOOTDOWN_DONE),
        linux.machine.phases());
    assertEquals("Linux's call-function IPIs", counted("follows"));
    assertEquals(List.of(), linux.machine.kinds());
  }

  @Test
  void shootdownsAreCounted() {
    FakeMachine.Entry own = linux.fill(0);
    linux.unmap(0, own);
    linux.call(0, 1, 2);
    linux.invlpg(0, LinuxProtocol.VA);
    linux.enter(1);
    linux.leave(1);
    linux.enter(2);
    linux.leave(2);
    linux.call(0, 1);
    assertEquals(1L, counted("initiated"));
    assertEquals(1L, counted("completed"));
    assertEquals(0L, counted("lost"));
    assertEquals(2L, counted("ipis_sent"));
    assertEquals(2L, counted("wasted_ipis"));
    assertEquals(1L, counted("seen_flushing"));
    assertEquals(1L, counted("other_calls"));
  }

  @Test
  void callWithoutStaleTranslationsIsNone() {
    FakeMachine.Entry other = linux.fill(1);
    linux.call(0, 1);
    linux.enter(1);
    linux.leave(1);
    linux.use(1, other);
    assertEquals(List.of(), linux.machine.phases());
    assertEquals(1L, counted("other_calls"));
  }

  @Test
  void callThatFlushesWhatNobodyHasIsCounted() {
    linux.call(0, 1, 2);
    linux.call(0, 1);
    for (int target = 1; target <= 2; target++) {
      linux.enter(target);
      linux.invlpg(target, LinuxProtocol.VA);
      linux.invlpg(target, LinuxProtocol.VA + 0x1000);
      linux.leave(target);
    }
    assertEquals(2L, counted("other_calls"));
    assertEquals(1L, counted("flushes_of_nothing_stale"));
    linux.invlpg(1, LinuxProtocol.VA);
    assertEquals(1L, counted("flushes_of_nothing_stale"));
  }

  @Test
  void staleEntriesOfAnAddressSpaceThatTheCallerIsNotInMakeNone() {
    FakeMachine.Entry own = linux.fill(0, LinuxProtocol.VA, 0x20000);
    linux.unmap(0, own);
    linux.call(0, 1);
    assertEquals(List.of(), linux.machine.phases());
  }

  @Test
  void entriesThatWereStaleForAWhileMakeOne() {
    FakeMachine.Entry own = linux.fill(0);
    linux.unmap(0, own);
    linux.cpu(0).stale.remove(own);
    linux.unmap(0);
    linux.call(0, 1);
    linux.call(0, 1);
    assertEquals(1L, counted("initiated"));
    assertEquals(1L, counted("other_calls"));
  }

  @Test
  void kernelsAddressesMakeOneWhereAllAreCalled() {
    FakeMachine.Entry own = linux.fill(0, 0xFFFF_D30F_8000_0000L, FakeMachine.ROOT);
    linux.unmap(0, own);
    linux.call(0, 1);
    assertEquals(1L, counted("other_calls"));
    linux.call(0, 1, 2);
    assertEquals(1L, counted("initiated"));
  }

  @Test
  void topTableInNewUseIsAnotherAddressSpace() {
    FakeMachine.Entry own =
        linux.fill(0, LinuxProtocol.VA, FakeMachine.ROOT, LinuxProtocol.PCID + 1);
    linux.unmap(0, own);
    linux.call(0, 1);
    assertEquals(List.of(), linux.machine.phases());
  }

  @Test
  void faultInTheHandlerIsNotItsEnd() {
    FakeMachine.Entry own = linux.fill(0);
    linux.unmap(0, own);
    linux.call(0, 1);
    linux.enter(1);
    linux.machine.pmap.taken(linux.cpu(1), 14, TrapKind.EXCEPTION, 0x3000, 0);
    linux.leave(1);
    assertTrue(!linux.machine.phases().contains(TraceKind.SHOOTDOWN_LEFT));
    linux.leave(1);
    assertEquals(TraceKind.SHOOTDOWN_DONE, linux.machine.phases().getLast());
  }

  @Test
  void handlerIsOverWhenTheCpuSleepsOrTakesAnotherInterrupt() {
    FakeMachine.Entry own = linux.fill(0);
    linux.unmap(0, own);
    linux.call(0, 1, 2);
    linux.enter(1);
    linux.machine.pmap.halt(linux.cpu(1));
    linux.enter(2);
    linux.machine.pmap.taken(linux.cpu(2), 0xEC, TrapKind.EXTERNAL, 0x3000, 0);
    assertEquals(TraceKind.SHOOTDOWN_DONE, linux.machine.phases().getLast());
  }

  @Test
  void targetThatNeverComesIsLost() {
    FakeMachine.Entry own = linux.fill(0);
    linux.unmap(0, own);
    linux.call(0, 1);
    linux.machine.time += 10_000_000;
    assertEquals(1L, counted("lost"));
    assertEquals(List.of("request-never-served"), linux.machine.kinds());
    assertTrue(
        linux
            .machine
            .violations
            .getFirst()
            .message()
            .startsWith("CPU 1 has not taken shootdown 1"));
  }

  @Test
  void callAtTheVeryEndIsInFlight() {
    FakeMachine.Entry own = linux.fill(0);
    linux.unmap(0, own);
    linux.call(0, 1);
    assertEquals(0L, counted("lost"));
    linux.machine.time++;
    assertEquals(List.of(), linux.machine.kinds());
  }

  @Test
  void whatItCannotServeIsRefused() {
    FakeMachine machine = new FakeMachine(2);
    machine.options.put("os", "bsd");
    assertEquals(
        "plugin pmap: os=bsd is unknown; it takes any or linux",
        assertThrows(PluginException.class, machine::attach).getMessage());
    machine.options.put("os", "linux");
    machine.options.put("handler", "host");
    assertEquals(
        "plugin pmap: handler=host serves FreeBSD's scoreboard and not os=linux; leave handler=guest",
        assertThrows(PluginException.class, machine::attach).getMessage());
  }
}
