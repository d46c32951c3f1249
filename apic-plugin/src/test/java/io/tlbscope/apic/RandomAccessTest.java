package io.tlbscope.apic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest gone mad: no access to any APIC may throw, the invariants hold, and the run repeats. */
class RandomAccessTest {
  private static final int CPUS = 4;

  private static final int ACCESSES = 20_000;

  /**
   * @param stay accesses after which the state moves to other APICs
   */
  private static long run(long seed, int stay) {
    Random random = new Random(seed);
    Rig rig = new Rig(CPUS);
    IoApic ioApic = new IoApic(CPUS, rig.bus::interrupt);
    long[] value = new long[1];
    long hash = 0;
    for (int i = 0; i < ACCESSES; i++) {
      if (i % stay == stay - 1) {
        rig = rig.moved();
        ioApic = moved(ioApic, rig);
      }
      LocalApic apic = rig.apic(random.nextInt(CPUS));
      int bits = random.nextBoolean() ? random.nextInt() : random.nextInt(512);
      switch (random.nextInt(14)) {
        case 0, 1, 2 -> apic.writePage(random.nextInt(0x400) & ~15, bits);
        case 3 -> hash = hash * 31 + apic.readPage(random.nextInt(0x1000) & ~15);
        case 4, 5 ->
            hash = hash * 31 + (apic.writeMsr(random.nextInt(0x100), bits & 0xFFFF_FFFFL) ? 1 : 0);
        case 6 -> hash = hash * 31 + (apic.readMsr(random.nextInt(0x100), value) ? value[0] : -1);
        case 7 ->
            hash =
                hash * 31
                    + (random.nextInt(8) == 0 && apic.base(0xFEE0_0000L | random.nextInt(4) << 10)
                        ? 1
                        : 0);
        case 8 -> apic.deadline(rig.clock.now() + random.nextInt(5000));
        case 9 -> rig.clock.advanceTo(rig.clock.now() + random.nextInt(500));
        case 10 -> ioApic.write(random.nextInt(5) << 4, bits);
        case 11 -> ioApic.line(random.nextInt(IoApic.PINS), random.nextBoolean());
        case 12 -> apic.writePage(Rig.SVR, 0x1FF);
        default -> {
          if (apic.deliverable() >= 0) {
            hash = hash * 31 + apic.acknowledge();
          }
          apic.endOfInterrupt();
        }
      }
      check(apic);
    }
    return hash * 31 + rig.logs.hashCode();
  }

  private static IoApic moved(IoApic ioApic, Rig rig) {
    IoApic other = new IoApic(CPUS, rig.bus::interrupt);
    StateWriter state = new StateWriter();
    state.put(ioApic);
    new StateReader(state.toByteArray()).get(other);
    return other;
  }

  private static void check(LocalApic apic) {
    int vector = apic.deliverable();
    assertTrue(
        vector < 0 || vector >= 16 && vector >> 4 > apic.processorPriority() >> 4,
        () -> "vector " + vector);
    assertTrue(apic.processorPriority() >> 4 >= apic.taskPriority() >> 4);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anySequenceOfAccessesIsSurvivedAndRepeats(long seed) {
    assertEquals(run(seed, ACCESSES), run(seed, ACCESSES));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void stateThatMovesToOtherApicsGoesOnThere(long seed) {
    assertEquals(run(seed, ACCESSES), run(seed, 41));
  }
}
