package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.hook.Claim;
import io.tlbscope.core.hook.MemoryHooks;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import net.bytebuddy.matcher.ElementMatchers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Pages that a plugin claims through mmio.claims, mmio.read and mmio.write, over RAM and over
 * nothing.
 */
public class ClaimedPagesTest {
  private static final long RAM_PAGE = 0x20_0000, HOLE_PAGE = 0xFEE0_0000L;
  private static final long VA = 0x4000;
  private static final List<String> LOG = new ArrayList<>();

  private static ClassReloadingStrategy strategy;
  private static Claim answer;
  private static boolean claiming;

  /** Inlined into mmio.claims. */
  static final class ClaimsAdvice {
    private ClaimsAdvice() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(1) long paPage, @Advice.Return(readOnly = false) boolean claimed) {
      claimed = claims(paPage);
    }
  }

  /** Inlined into mmio.read. */
  static final class ReadAdvice {
    private ReadAdvice() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(1) long pa,
        @Advice.Argument(2) int size,
        @Advice.Argument(3) long[] value,
        @Advice.Return(readOnly = false) Claim claim) {
      claim = read(pa, size, value);
    }
  }

  /** Inlined into mmio.write. */
  static final class WriteAdvice {
    private WriteAdvice() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(1) long pa,
        @Advice.Argument(2) int size,
        @Advice.Argument(3) long value,
        @Advice.Return(readOnly = false) Claim claim) {
      claim = write(pa, size, value);
    }
  }

  public static boolean claims(long paPage) {
    return claiming && (paPage == RAM_PAGE || paPage == HOLE_PAGE);
  }

  public static Claim read(long pa, int size, long[] value) {
    LOG.add("read %x %d".formatted(pa, size));
    value[0] = 0x1122_3344_5566_7788L;
    return answer;
  }

  public static Claim write(long pa, int size, long value) {
    LOG.add("write %x %d %x".formatted(pa, size, value));
    return answer;
  }

  @BeforeAll
  static void weave() {
    ByteBuddyAgent.install();
    strategy = ClassReloadingStrategy.fromInstalledAgent();
    new ByteBuddy()
        .redefine(MemoryHooks.class)
        .visit(Advice.to(ClaimsAdvice.class).on(ElementMatchers.named("claims")))
        .visit(Advice.to(ReadAdvice.class).on(ElementMatchers.named("mmioRead")))
        .visit(Advice.to(WriteAdvice.class).on(ElementMatchers.named("mmioWrite")))
        .make()
        .load(MemoryHooks.class.getClassLoader(), strategy);
  }

  @AfterAll
  static void restore() throws Exception {
    strategy.reset(MemoryHooks.class);
  }

  @BeforeEach
  void claim() {
    LOG.clear();
    answer = Claim.DONE;
    claiming = true;
  }

  private static Vm vm() {
    return new Vm()
        .longMode()
        .map(VA, RAM_PAGE, Vm.P | Vm.W)
        .map(VA + 0x1000, HOLE_PAGE, Vm.P | Vm.W);
  }

  @Test
  void everyAccessReachesThePluginAndLeavesTheBlock() {
    try (Vm vm = vm()) {
      for (int i = 0; i < 2; i++) {
        assertEquals(0x88, vm.mmu.load8(VA + 3));
        assertEquals(0x5566_7788L, vm.mmu.load32(VA + 0x1010));
        vm.mmu.store16(VA + 8, 0xABCDEF);
      }
      List<String> once = List.of("read 200003 1", "read fee00010 4", "write 200008 2 cdef");
      assertEquals(List.of(once, once), List.of(LOG.subList(0, 3), LOG.subList(3, 6)));
      assertEquals(6, LOG.size());
      assertEquals(6, vm.blocksLeft);
      assertEquals(
          0,
          vm.memory.read(RAM_PAGE, 8) | vm.memory.read(RAM_PAGE + 8, 8),
          "the RAM below is not touched");
    }
  }

  @Test
  void bulkStringsGetNoHostAddressOfAClaimedPage() {
    try (Vm vm = vm()) {
      vm.mmu.load8(VA);
      vm.mmu.store8(VA, 1);
      assertEquals(0, vm.mmu.hostAddressForRead(VA, 8));
      assertEquals(0, vm.mmu.hostAddressForWrite(VA, 8));
    }
  }

  @Test
  void aRefusedAccessIsAGeneralProtectionFault() {
    try (Vm vm = vm()) {
      answer = Claim.FAULT;
      assertEquals(-GuestFault.GP, vm.fault(() -> vm.mmu.load8(VA)));
      assertEquals(-GuestFault.GP, vm.fault(() -> vm.mmu.store8(VA, 1)));
    }
  }

  @Test
  void aPluginThatClaimsLaterGetsThePageOnceTheLookAsideIsDropped() {
    try (Vm vm = vm()) {
      claiming = false;
      vm.mmu.store8(VA, 7);
      assertEquals(7, vm.mmu.load8(VA));
      claiming = true;
      vm.mmu.dropLookAside();
      assertEquals(0x88, vm.mmu.load8(VA));
      claiming = false;
      vm.mmu.dropLookAside();
      assertEquals(7, vm.mmu.load8(VA));
      assertEquals(List.of("read 200000 1"), LOG);
    }
  }

  @Test
  void anAccessAcrossTheBorderIsSplit() {
    try (Vm vm = vm()) {
      vm.map(VA - 0x1000, 0x30_0000, Vm.P | Vm.W);
      vm.memory.write(0x30_0FFC, 4, 0xAABB_CCDDL);
      assertEquals(0x5566_7788_AABB_CCDDL, vm.mmu.load64(VA - 4));
      vm.mmu.store32(VA - 3, 0x0102_0304);
      assertEquals(0x0203_04DDL, vm.memory.read(0x30_0FFC, 4));
      assertEquals(List.of("read 200000 4", "write 200000 1 1"), LOG);
    }
  }

  @Test
  void codeInAClaimedPageIsANamedError() {
    try (Vm vm = vm()) {
      assertEquals(
          "fetch-outside-ram",
          Assertions.assertThrows(EmulatorError.class, () -> vm.mmu.fetch(VA)).name());
    }
  }
}
