package io.tlbscope.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.Vcpu;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  private final TestClock clock = new TestClock();
  private final List<String> exits = new ArrayList<>();
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  private int signals;

  private final ExitSink sink =
      new ExitSink() {
        @Override
        public void debugExit(int status) {
          exits.add("exit " + status);
        }

        @Override
        public void powerOff() {
          exits.add("off");
        }

        @Override
        public void reset(String by) {
          exits.add("reset " + by);
        }
      };

  private final Vcpu cpu =
      proxy(
          Vcpu.class,
          (name, args) -> {
            signals += name.equals("signal") ? 1 : 0;
            return null;
          });

  private final MachineControl machine =
      proxy(
          MachineControl.class,
          (name, args) ->
              switch (name) {
                case "now" -> clock.now();
                case "schedule" -> clock.schedule((Long) args[0], (Runnable) args[1]);
                case "vcpuCount" -> 1;
                case "vcpu" -> cpu;
                default -> null;
              });

  private final Platform platform =
      Platform.create(machine, PlatformConfig.of(1, 64 << 20, List.of(), console::write, sink));
  private final Ports ports = platform.ports();

  private interface Answer {
    Object call(String method, Object[] args);
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) -> answer.call(method.getName(), args)));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 3", "16, 33", "127, 255"})
  void debugExitDoublesAndAddsOne(int value, int status) {
    ports.write(0xF4, 1, value);
    ports.write(0xF4, 4, value);
    assertEquals(List.of("exit " + status, "exit " + status), exits);
  }

  @Test
  void everyWayToReset() {
    ports.write(0x64, 1, 0xFE);
    ports.write(0x92, 1, 0x03);
    ports.write(0xCF9, 1, 0x02);
    ports.write(0xCF9, 1, 0x06);
    assertEquals(
        List.of("reset keyboard controller", "reset port 0x92", "reset port 0xCF9"), exits);
  }

  @Test
  void pciAddressWritesAreNoReset() {
    ports.write(0xCF8, 4, 0x8000_0600);
    assertEquals(-1, ports.read(0xCF8, 4));
    ports.write(0x92, 1, 0x02);
    assertTrue(exits.isEmpty());
  }

  @Test
  void sleepStateFivePowersOff() {
    ports.write(0x604, 2, 0x2000);
    assertEquals(List.of("off"), exits);
    ports.write(0x604, 2, 0x0001);
    assertEquals(1, exits.size());
  }

  @Test
  void pmTimerCountsAt3579545Hertz() {
    clock.advanceTo(DeviceClock.SECOND);
    assertEquals(3_579_545, ports.read(0x608, 4));
    clock.advanceTo(5 * DeviceClock.SECOND);
    assertEquals(5L * 3_579_545 & 0xFF_FFFF, ports.read(0x608, 4));
  }

  @Test
  void consolesAndPostCode() {
    ports.write(0x3F8, 1, 'a');
    ports.write(0xE9, 1, 'b');
    assertEquals("ab", console.toString());
    assertEquals(0xE9, ports.read(0xE9, 1));
    ports.write(0x80, 1, 0x42);
    assertEquals(0x42, ports.read(0x80, 1));
  }

  @Test
  void aTimerInterruptSignalsTheBootstrapProcessor() {
    int[][] writes = {
      {0x20, 0x11},
      {0x21, 0x20},
      {0x21, 4},
      {0x21, 1},
      {0x21, 0xFE},
      {0x43, 0x34},
      {0x40, 0},
      {0x40, 0x10}
    };
    for (int[] w : writes) {
      ports.write(w[0], 1, w[1]);
    }
    signals = 0;
    if (platform.picOutput()) {
      platform.picAcknowledge();
      ports.write(0x20, 1, 0x20);
    }
    assertFalse(platform.picOutput());
    clock.advanceTo(DeviceClock.ticks(0x1000, 1_193_182));
    assertTrue(platform.picOutput());
    assertEquals(1, signals);
    assertEquals(0x20, platform.picAcknowledge());
  }

  @Test
  void keyboardControllerPassesItsSelfTest() {
    ports.write(0x64, 1, 0xAA);
    assertEquals(1, ports.read(0x64, 1) & 1);
    assertEquals(0x55, ports.read(0x60, 1));
    assertEquals(0, ports.read(0x64, 1) & 1);
    ports.write(0x60, 1, 0xFF);
    assertEquals(0xFA, ports.read(0x60, 1));
    assertEquals(0xAA, ports.read(0x60, 1));
  }
}
