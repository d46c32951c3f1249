package io.tlbscope.core.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.hook.Claim;
import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.MemoryHooks;
import io.tlbscope.core.hook.MsrHooks;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.hook.VcpuHooks;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.plugin.PluginFailure;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeaverTest {
  private static Weaving weave(FakePlugin... plugins) throws PluginException {
    return Weaver.shared().weave(List.of(plugins));
  }

  private static Vcpu vcpuOf(SampleHooks.State state) {
    MachineControl machine =
        (MachineControl)
            Proxy.newProxyInstance(
                WeaverTest.class.getClassLoader(),
                new Class<?>[] {MachineControl.class},
                (self, method, arguments) -> state);
    return (Vcpu)
        Proxy.newProxyInstance(
            WeaverTest.class.getClassLoader(),
            new Class<?>[] {Vcpu.class},
            (self, method, arguments) -> machine);
  }

  @Test
  void adviceClaimsAnMsrAndGivesItsValue() throws Exception {
    long[] value = {0};
    assertEquals(Claim.NONE, MsrHooks.read(null, 0x1B, value));
    try (Weaving weaving =
        weave(FakePlugin.of("apic", SampleAdvice.ReadMsr.class, SampleAdvice.Claims.class))) {
      assertEquals(Claim.DONE, MsrHooks.read(null, 0x1B, value));
      assertEquals(Claim.NONE, MsrHooks.read(null, 0x10, value));
      assertEquals(0xFEE0_0000L, value[0]);
      assertTrue(MemoryHooks.claims(null, 0xFEE00));
    }
    assertEquals(Claim.NONE, MsrHooks.read(null, 0x1B, value));
  }

  @Test
  void pluginsOnOnePointRunInPluginOrder() throws Exception {
    FakePlugin a = FakePlugin.of("a", SampleAdvice.HaltExit.class);
    FakePlugin b = FakePlugin.of("b", SampleAdvice.HaltExit2.class);
    try (Weaving weaving = weave(a, b)) {
      VcpuHooks.halt(null);
      assertEquals(List.of("halt-exit", "halt-exit-2"), Recorder.takeNames());
    }
    try (Weaving weaving = weave(b, a)) {
      VcpuHooks.halt(null);
      assertEquals(List.of("halt-exit-2", "halt-exit"), Recorder.takeNames());
      assertEquals(List.of("b", "a"), weaving.report().points().getFirst().plugins());
    }
  }

  @Test
  void entryAdviceRunsInPluginOrderAndBeforeExitAdvice() throws Exception {
    FakePlugin exits = FakePlugin.of("exits", SampleAdvice.HaltExit.class);
    FakePlugin first = FakePlugin.of("first", SampleAdvice.Halt.class);
    FakePlugin second = FakePlugin.of("second", SampleAdvice.HaltEnter2.class);
    try (Weaving weaving = weave(exits, first, second)) {
      VcpuHooks.halt(null);
      assertEquals(List.of("halt", "halt-2", "halt-exit"), Recorder.takeNames());
    }
  }

  @Test
  void laterPluginSeesTheResultOfTheEarlier() throws Exception {
    FakePlugin a = FakePlugin.of("a", SampleAdvice.Poll.class);
    FakePlugin b = FakePlugin.of("b", SampleAdvice.Poll.class);
    try (Weaving weaving = weave(a, b)) {
      assertEquals(0x21, InterruptHooks.poll(null));
    }
    assertEquals(InterruptHooks.NONE, InterruptHooks.poll(null));
  }

  @Test
  void machinesShareWhatIsWovenAndTheLastOneTakesItOut() throws Exception {
    FakePlugin plugin = FakePlugin.of("halts", SampleAdvice.Halt.class);
    Weaving one = weave(plugin);
    Weaving two = weave(plugin);
    VcpuHooks.halt(null);
    assertEquals(List.of("halt"), Recorder.takeNames());
    one.close();
    one.close();
    VcpuHooks.halt(null);
    assertEquals(List.of("halt"), Recorder.takeNames());
    two.close();
    VcpuHooks.halt(null);
    assertEquals(List.of(), Recorder.takeNames());
  }

  @Test
  void adviceServesOnlyMachinesThatLoadedItsPlugin() throws Exception {
    Vcpu with = vcpuOf(new SampleHooks.State("with"));
    Vcpu without = vcpuOf(null);
    try (Weaving one = weave(FakePlugin.of("mine", SampleAdvice.HaltForItsMachine.class));
        Weaving two = weave(FakePlugin.of("other", SampleAdvice.ReadMsr.class))) {
      VcpuHooks.halt(without);
      VcpuHooks.halt(with);
      assertEquals(List.of("with"), Recorder.takeNames());
      assertEquals(2, two.report().points().size());
    }
  }

  @Test
  void whatAPluginThrowsCarriesItsName() throws Exception {
    for (Class<?> advice :
        List.of(SampleAdvice.HaltThrows.class, SampleAdvice.HaltThrowsAtEntry.class)) {
      for (boolean last : new boolean[] {false, true}) {
        FakePlugin bad = FakePlugin.of("bad", advice);
        FakePlugin good = FakePlugin.of("good", SampleAdvice.HaltExit.class);
        try (Weaving weaving = last ? weave(good, bad) : weave(bad, good)) {
          PluginFailure failure = assertThrows(PluginFailure.class, () -> VcpuHooks.halt(null));
          assertEquals("bad", failure.plugin());
          assertEquals("vcpu.halt", failure.hookPoint());
          assertTrue(
              failure.getMessage().startsWith("plugin bad failed in hook vcpu.halt: "),
              failure.getMessage());
          assertSame(IllegalStateException.class, failure.getCause().getClass());
        }
      }
    }
    Recorder.take();
  }

  @Test
  void reportNamesPointsPluginsAndSizes() throws Exception {
    try (Weaving weaving = weave(FakePlugin.of("apic", SampleAdvice.everyClass()))) {
      WovenReport report = weaving.report();
      assertEquals(
          List.of("interrupt.poll", "mmio.claims", "msr.read", "tlb.drop", "vcpu.halt"),
          report.points().stream().map(WovenReport.Point::id).toList());
      assertEquals(5, report.classes().size());
      report
          .classes()
          .forEach(each -> assertTrue(each.bytesAfter() > each.bytesBefore(), each.toString()));
      assertEquals(10, report.lines().size());
      assertTrue(report.lines().getFirst().matches("interrupt.poll +apic"));
    }
  }
}
