package io.tlbscope.pmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.TrapKind;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stale uses after a completed shootdown. */
class StaleWatchTest {
  private static final long VA = 0x40000000L;

  private FakeMachine machine;
  private Protocol protocol;

  @BeforeEach
  void attach() throws Exception {
    machine = new FakeMachine(3).attach();
    protocol = new Protocol(machine);
  }

  private FakeMachine.Entry staleEntry(int cpu, long serial, long root) {
    FakeMachine.Entry entry = new FakeMachine.Entry(serial, VA, 12, 0x7000, 0, root, false);
    machine.cpus.get(cpu).entries.add(entry);
    machine.cpus.get(cpu).stale.add(entry);
    machine.pmap.fill(machine.cpus.get(cpu), entry, Access.READ);
    return entry;
  }

  private void use(int cpu, FakeMachine.Entry entry) {
    machine.pmap.use(machine.cpus.get(cpu), entry, VA + 8, Access.READ);
  }

  @Test
  void useAfterCompletionIsAViolation() {
    FakeMachine.Entry entry = staleEntry(1, 1, FakeMachine.ROOT);
    protocol.whole(2);
    assertEquals(List.of(entry), machine.cpus.get(1).watched);
    use(1, entry);
    assertEquals(List.of("stale-use"), machine.kinds());
  }

  @Test
  void useInAnNmiHasItsOwnName() {
    FakeMachine.Entry entry = staleEntry(1, 1, FakeMachine.ROOT);
    protocol.whole(2);
    machine.pmap.taken(machine.cpus.get(1), 2, TrapKind.NMI, 0x100000, 0);
    use(1, entry);
    assertEquals(List.of("stale-use-in-nmi"), machine.kinds());
  }

  @Test
  void useOnACpuThatWasNoTargetNamesThePcid() {
    FakeMachine.Entry entry = staleEntry(2, 1, FakeMachine.ROOT);
    protocol.whole(2);
    comeBack(2, FakeMachine.ROOT);
    use(2, entry);
    assertEquals(List.of("stale-pcid"), machine.kinds());
  }

  @Test
  void anEntryMadeSinceTheCpuCameInIsNotAnInactiveCpusLeftOver() {
    comeBack(2, FakeMachine.ROOT);
    FakeMachine.Entry entry = staleEntry(2, 1, FakeMachine.ROOT);
    protocol.whole(2);
    use(2, entry);
    assertEquals(List.of(), machine.kinds());
  }

  @Test
  void goingToTheTwinAndBackIsNotComingIn() {
    machine.write(FakeMachine.USER_PMAP + 8, 8, 0x11000);
    protocol.whole(2);
    comeBack(2, FakeMachine.ROOT);
    FakeMachine.Entry entry = staleEntry(2, 1, FakeMachine.ROOT);
    machine.pmap.controlWritten(machine.cpus.get(2), 3, FakeMachine.ROOT, 0x11000);
    machine.pmap.controlWritten(machine.cpus.get(2), 3, 0x11000, FakeMachine.ROOT);
    protocol.whole(3);
    use(2, entry);
    assertEquals(List.of(), machine.kinds());
  }

  /** The CPU leaves for another address space and comes back. */
  private void comeBack(int cpu, long root) {
    machine.pmap.controlWritten(machine.cpus.get(cpu), 3, root, 0x77000);
    machine.pmap.controlWritten(machine.cpus.get(cpu), 3, 0x77000, root);
  }

  @Test
  void anEntryDroppedAfterCompletionIsForgotten() {
    FakeMachine.Entry entry = staleEntry(1, 1, FakeMachine.ROOT);
    protocol.whole(2);
    machine.pmap.drop(machine.cpus.get(1), entry, Invalidation.INVLPG);
    use(1, entry);
    assertEquals(List.of(), machine.kinds());
  }

  @Test
  void anEntryYoungerThanTheShootdownIsAnothersBusiness() {
    protocol.fill(0, Protocol.PG, VA, 0, 2);
    protocol.post(0, 1);
    protocol.send(0, 1, false);
    protocol.take(1);
    protocol.acknowledge(1, 0, protocol.read(1, 0));
    staleEntry(1, 1, FakeMachine.ROOT);
    protocol.look(0, 1);
    assertEquals(List.of(), machine.cpus.get(1).watched);
  }

  @Test
  void anEntryWhosePageTableEntryChangedLaterIsAnothersBusiness() {
    FakeMachine.Entry entry = staleEntry(2, 1, FakeMachine.ROOT);
    machine.cpus.get(2).stale.clear();
    protocol.fill(0, Protocol.PG, VA, 0, 2);
    protocol.post(0, 1);
    protocol.send(0, 1, false);
    machine.cpus.get(2).stale.add(entry);
    protocol.take(1);
    protocol.acknowledge(1, 0, protocol.read(1, 0));
    protocol.look(0, 1);
    use(2, entry);
    assertEquals(List.of(), machine.kinds());
  }

  @Test
  void anEntryOfAnotherAddressSpaceIsNotCovered() {
    staleEntry(1, 1, 0x20000);
    protocol.whole(2);
    assertEquals(List.of(), machine.cpus.get(1).watched);
  }

  @Test
  void aGlobalEntryIsTheKernelsBusiness() {
    FakeMachine.Entry entry = new FakeMachine.Entry(1, VA, 12, 0x7000, 0, FakeMachine.ROOT, true);
    machine.cpus.get(1).entries.add(entry);
    machine.cpus.get(1).stale.add(entry);
    machine.pmap.fill(machine.cpus.get(1), entry, Access.READ);
    protocol.whole(2);
    assertEquals(List.of(), machine.cpus.get(1).watched);
  }
}
