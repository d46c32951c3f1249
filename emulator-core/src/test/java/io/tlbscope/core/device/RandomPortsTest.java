package io.tlbscope.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest gone mad: no port access may throw, and what the devices answer repeats. */
class RandomPortsTest {
  private static final int[] PORTS = {
    0x20, 0x21, 0xA0, 0xA1, 0x40, 0x41, 0x42, 0x43, 0x60, 0x61, 0x64, 0x70, 0x71, 0x80, 0x92, 0xE9,
    0xF4, 0x3F8, 0x3F9, 0x3FA, 0x3FB, 0x3FC, 0x3FD, 0x3FE, 0x3FF, 0x4D0, 0x4D1, 0x510, 0x511, 0x600,
    0x602, 0x604, 0x608, 0xCF8, 0xCF9, 0xFFFF
  };

  private static final int ACCESSES = 20_000;

  /** A platform with its clock. */
  private record Board(TestClock clock, Platform platform) {
    static Board with(TestClock clock, IntSupplier input) {
      MachineControl machine =
          MachineControl.class.cast(
              Proxy.newProxyInstance(
                  MachineControl.class.getClassLoader(),
                  new Class<?>[] {MachineControl.class},
                  (self, method, args) ->
                      switch (method.getName()) {
                        case "now" -> clock.now();
                        case "schedule" -> clock.schedule((Long) args[0], (Runnable) args[1]);
                        case "cancel" -> {
                          clock.cancel((Long) args[0]);
                          yield null;
                        }
                        case "restore" -> {
                          clock.restore((Long) args[0], (Long) args[1], (Runnable) args[2]);
                          yield null;
                        }
                        case "vcpuCount" -> 0;
                        default -> null;
                      }));
      ExitSink exits =
          new ExitSink() {
            @Override
            public void debugExit(int status) {}

            @Override
            public void powerOff() {}

            @Override
            public void reset(String by) {}
          };
      PlatformConfig config = PlatformConfig.of(1, 64 << 20, List.of(), b -> {}, exits);
      return new Board(clock, Platform.create(machine, config.withInput(input)));
    }

    /** Another one at the same time, to which the state was moved. */
    Board moved(IntSupplier input) {
      Board other = with(clock.again(), input);
      StateWriter state = new StateWriter();
      state.put(platform);
      StateReader from = new StateReader(state.toByteArray());
      from.get(other.platform);
      from.end();
      assertEquals(clock.scheduled(), other.clock.scheduled());
      return other;
    }
  }

  /**
   * @param stay accesses after which the state moves to another platform
   */
  private static long run(long seed, int stay) {
    Random random = new Random(seed);
    IntSupplier input = () -> random.nextInt(4) == 0 ? random.nextInt(256) : -1;
    Board board = Board.with(new TestClock(), input);
    long hash = 0;
    for (int i = 0; i < ACCESSES; i++) {
      if (i % stay == stay - 1) {
        board = board.moved(input);
      }
      Platform platform = board.platform();
      TestClock clock = board.clock();
      int port = PORTS[random.nextInt(PORTS.length)];
      int size = 1 << random.nextInt(3);
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> hash = hash * 31 + platform.ports().read(port, size);
        case 3 -> clock.advanceTo(clock.now() + random.nextInt(20_000));
        case 4 -> platform.pollConsole();
        default ->
            platform
                .ports()
                .write(port, size, random.nextBoolean() ? random.nextInt() : random.nextInt(256));
      }
      if (platform.picOutput()) {
        int vector = platform.picAcknowledge();
        assertTrue(vector >= 0 && vector < 256, () -> "vector " + vector);
        hash = hash * 31 + vector;
      }
    }
    return hash;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anySequenceOfAccessesIsSurvivedAndRepeats(long seed) {
    assertEquals(run(seed, ACCESSES), run(seed, ACCESSES));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void stateThatMovesToAnotherPlatformGoesOnThere(long seed) {
    assertEquals(run(seed, ACCESSES), run(seed, 37));
  }

  @Test
  void everyPortOfTheSpaceCanBeReadAndWritten() {
    Ports ports = new Ports();
    for (int port = 0; port < 0x10000; port++) {
      ports.write(port, 4, ports.read(port, 4));
    }
  }
}
