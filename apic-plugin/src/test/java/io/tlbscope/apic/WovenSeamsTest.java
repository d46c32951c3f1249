package io.tlbscope.apic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.hook.Claim;
import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.hook.MemoryHooks;
import io.tlbscope.core.hook.MsrHooks;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.hook.VcpuHooks;
import io.tlbscope.core.weave.Weaver;
import io.tlbscope.core.weave.Weaving;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each seam, woven, called as the core calls it. */
class WovenSeamsTest {
  private static final long LAPIC = 0xFEE0_0000L, IO_APIC = 0xFEC0_0000L;
  private static Weaving weaving;

  private final FakeMachine machine = new FakeMachine(2);
  private final Vcpu cpu = machine.vcpu(0);
  private final Vcpu other = machine.vcpu(1);
  private final long[] value = new long[1];

  @BeforeAll
  static void weave() throws Exception {
    weaving = Weaver.shared().weave(List.of(new ApicPlugin()));
  }

  @AfterAll
  static void unweave() {
    weaving.close();
  }

  @BeforeEach
  void attach() {
    machine.state = new ApicMachine(machine, true, true);
    store(cpu, 0xF0, 0x1FF);
    store(other, 0xF0, 0x1FF);
    machine.cpus.forEach(c -> c.log.clear());
  }

  private static void store(Vcpu who, int offset, long v) {
    assertEquals(Claim.DONE, MemoryHooks.mmioWrite(who, LAPIC + offset, 4, v));
  }

  private long load(Vcpu who, int offset) {
    assertEquals(Claim.DONE, MemoryHooks.mmioRead(who, LAPIC + offset, 4, value));
    return value[0];
  }

  @Test
  void mmioClaimsBothPagesAndNoOther() {
    assertTrue(MemoryHooks.claims(cpu, LAPIC));
    assertTrue(MemoryHooks.claims(cpu, IO_APIC));
    assertFalse(MemoryHooks.claims(cpu, LAPIC + 0x1000));
    assertEquals(Claim.NONE, MemoryHooks.mmioRead(cpu, 0x1000, 4, value));
    assertEquals(Claim.NONE, MemoryHooks.mmioWrite(cpu, 0x1000, 4, 0));
  }

  @Test
  void mmioReadsAndWrites() {
    assertEquals(1 << 24, load(other, 0x20));
    store(cpu, 0x80, 0x30);
    assertEquals(0x30, load(cpu, 0x80));
    assertEquals(0, load(other, 0x80));
    MemoryHooks.mmioRead(other, LAPIC + 0x23, 1, value);
    assertEquals(1, value[0], "a byte of the register");
  }

  @Test
  void oddlyShapedStoresHaveNoEffect() {
    store(cpu, 0x80, 0x30);
    MemoryHooks.mmioWrite(cpu, LAPIC + 0x80, 1, 0);
    MemoryHooks.mmioWrite(cpu, LAPIC + 0x84, 4, 0);
    assertEquals(0x30, load(cpu, 0x80));
  }

  @Test
  void theIoApicAnswersAtItsPage() {
    MemoryHooks.mmioWrite(cpu, IO_APIC, 4, 1);
    MemoryHooks.mmioRead(cpu, IO_APIC + 0x10, 4, value);
    assertEquals(0x0017_0020, value[0]);
  }

  @Test
  void baseMsrSwitchesToX2apic() {
    assertEquals(Claim.DONE, MsrHooks.read(cpu, 0x1B, value));
    assertEquals(LAPIC | 0x900, value[0]);
    assertEquals(Claim.FAULT, MsrHooks.read(cpu, 0x802, value));
    assertEquals(Claim.DONE, MsrHooks.write(cpu, 0x1B, value[0] | 0xC00));
    assertEquals(Claim.FAULT, MsrHooks.write(cpu, 0x1B, LAPIC | 0x900));
    assertEquals(Claim.DONE, MsrHooks.read(cpu, 0x802, value));
    assertEquals(0, value[0]);
    assertEquals(Claim.FAULT, MsrHooks.write(cpu, 0x802, 0));
    assertFalse(MemoryHooks.claims(cpu, LAPIC));
    assertEquals(List.of("page", "signal"), machine.cpus.get(0).log);
    assertEquals(Claim.NONE, MsrHooks.read(cpu, 0x10, value));
  }

  @Test
  void anIpiBecomesPendingIsPolledAndEnded() {
    store(cpu, 0x310, 1 << 24);
    store(cpu, 0x300, 0x4041);
    assertEquals(List.of("signal"), machine.cpus.get(1).log);
    assertFalse(InterruptHooks.pending(cpu));
    assertTrue(InterruptHooks.pending(other));
    assertEquals(0x41, InterruptHooks.poll(other));
    assertEquals(InterruptHooks.NONE, InterruptHooks.poll(other));
    assertTrue(InterruptHooks.endOfInterrupt(other));
    assertEquals(0, load(other, 0x120));
  }

  @Test
  void cr8HoldsInterruptsBack() {
    assertEquals(Claim.DONE, MsrHooks.writeCr8(cpu, 5));
    assertEquals(0x50, load(cpu, 0x80));
    assertEquals(Claim.DONE, MsrHooks.readCr8(cpu, value));
    assertEquals(5, value[0]);
    store(cpu, 0x300, 1 << 18 | 0x4051);
    assertFalse(InterruptHooks.pending(cpu));
    MsrHooks.writeCr8(cpu, 4);
    assertTrue(InterruptHooks.pending(cpu));
  }

  @Test
  void tscDeadlineMsrArmsTheTimer() {
    store(cpu, 0x320, 2 << 17 | 0x60);
    assertEquals(Claim.DONE, MsrHooks.write(cpu, 0x6E0, 500));
    machine.clock.advanceTo(500);
    assertEquals(0x60, InterruptHooks.poll(cpu));
    assertEquals(Claim.DONE, MsrHooks.read(cpu, 0x6E0, value));
    assertEquals(0, value[0]);
  }

  @Test
  void cpuidTellsTheId() {
    int[] regs = new int[4];
    MsrHooks.cpuid(other, 1, 0, regs);
    assertEquals(1, regs[1] >>> 24);
  }

  @Test
  void thePicReachesTheBootstrapProcessorThroughLint0() {
    machine.picOutput = true;
    assertTrue(InterruptHooks.pending(cpu), "the virtual wire after reset");
    store(cpu, 0x350, 0x1_0700);
    assertFalse(InterruptHooks.pending(cpu));
    store(cpu, 0x350, 0x700);
    assertTrue(InterruptHooks.pending(cpu));
    assertFalse(InterruptHooks.pending(other));
    assertEquals(0x20, InterruptHooks.poll(cpu));
    assertFalse(InterruptHooks.pending(cpu));
  }

  @Test
  void thePicReachesAProcessorWhoseApicIsOff() {
    MsrHooks.write(cpu, 0x1B, LAPIC);
    machine.picOutput = true;
    assertTrue(InterruptHooks.pending(cpu));
  }

  @Test
  void anInterruptLineGoesThroughTheIoApic() {
    int[][] writes = {{0x15, 1 << 24}, {0x14, 0x70}, {0x19, 0}, {0x18, 0x71}};
    for (int[] w : writes) {
      MemoryHooks.mmioWrite(cpu, IO_APIC, 4, w[0]);
      MemoryHooks.mmioWrite(cpu, IO_APIC + 0x10, 4, w[1]);
    }
    InterruptHooks.line(machine, 0, true);
    InterruptHooks.line(machine, 4, true);
    assertEquals(0x70, InterruptHooks.poll(other), "IRQ 0 is pin 2");
    assertEquals(0x71, InterruptHooks.poll(cpu));
  }

  @Test
  void initKeepsTheModeAndResetDoesNot() {
    MsrHooks.write(other, 0x1B, LAPIC | 0xC00);
    VcpuHooks.init(other);
    MsrHooks.read(other, 0x1B, value);
    assertEquals(LAPIC | 0xC00, value[0]);
    VcpuHooks.reset(other);
    MsrHooks.read(other, 0x1B, value);
    assertEquals(LAPIC | 0x800, value[0]);
  }

  @Test
  void aMachineWithoutThePluginIsLeftAlone() {
    FakeMachine plain = new FakeMachine(1);
    Vcpu bare = plain.vcpu(0);
    assertEquals(Claim.NONE, MsrHooks.read(bare, 0x1B, value));
    assertEquals(Claim.NONE, MsrHooks.write(bare, 0x1B, 0));
    assertEquals(Claim.NONE, MsrHooks.readCr8(bare, value));
    assertEquals(Claim.NONE, MsrHooks.writeCr8(bare, 1));
    assertFalse(MemoryHooks.claims(bare, LAPIC));
    assertFalse(InterruptHooks.pending(bare));
    assertEquals(InterruptHooks.NONE, InterruptHooks.poll(bare));
    assertFalse(InterruptHooks.endOfInterrupt(bare));
    int[] regs = new int[4];
    MsrHooks.cpuid(bare, 1, 0, regs);
    assertEquals(0, regs[1]);
    InterruptHooks.line(plain, 4, true);
    VcpuHooks.init(bare);
    VcpuHooks.reset(bare);
  }

  @Test
  void theTopologyNamesEveryCpu() {
    var topology = ((ApicMachine) machine.state).topology();
    assertEquals(List.of(0, 1), topology.apicIds());
    assertEquals(IO_APIC, topology.ioApicPa());
    assertEquals(2, topology.overrides().get(0).gsi());
  }

  @Test
  void everySeamThePluginNamesIsWoven() {
    assertEquals(ApicAdvice.all().size(), weaving.report().points().size());
  }
}
