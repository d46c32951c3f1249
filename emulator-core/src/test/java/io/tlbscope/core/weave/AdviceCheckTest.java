package io.tlbscope.core.weave;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.hook.Claim;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.VcpuHooks;
import io.tlbscope.core.plugin.Attach;
import io.tlbscope.core.plugin.PluginException;
import java.util.List;
import java.util.stream.Stream;
import net.bytebuddy.asm.Advice;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Advice that does not fit is a start-up error that says what is wrong, and nothing is woven. */
class AdviceCheckTest {
  static final class NoAttach {
    @Advice.OnMethodExit
    static void exit() {}
  }

  @Attach("tlb.flush")
  static final class NoSeam {
    @Advice.OnMethodExit
    static void exit() {}
  }

  @Attach("tlb.drop")
  static final class NoMethod {
    static void exit() {}
  }

  @Attach("tlb.drop")
  static final class TwoMethods {
    @Advice.OnMethodEnter
    static void enter() {}

    @Advice.OnMethodExit
    static void exit() {}
  }

  @Attach("msr.read")
  static final class WrongType {
    @Advice.OnMethodExit
    static void exit(@Advice.Argument(1) long msr) {}
  }

  @Attach("msr.read")
  static final class NoSuchArgument {
    @Advice.OnMethodExit
    static void exit(@Advice.Argument(7) long x) {}
  }

  @Attach("msr.read")
  static final class WrongObject {
    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) TlbEntry entry) {}
  }

  @Attach("mmio.claims")
  static final class WrongReturn {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) Claim claim) {}
  }

  @Attach("mmio.claims")
  static final class Bare {
    @Advice.OnMethodExit
    static void exit(long paPage) {}
  }

  @Attach("vcpu.halt")
  static final class Suppresses {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit() {}
  }

  @Attach("vcpu.halt")
  static final class GivesAValue {
    @Advice.OnMethodEnter
    static int enter() {
      return 1;
    }
  }

  @Attach("vcpu.halt")
  static final class UsesHiddenMethod {
    @Advice.OnMethodExit
    static void exit() {
      SampleHooks.invisible();
    }
  }

  @Attach("vcpu.halt")
  static final class UsesHiddenClass {
    @Advice.OnMethodExit
    static void exit() {
      AdviceCheckTest.hidden();
    }
  }

  @Attach("msr.read")
  static final class WritesAReadOnlyResult {
    @Advice.OnMethodExit
    static void exit(@Advice.Return Claim claim) {
      claim = Claim.DONE;
    }
  }

  public static void hidden() {}

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(NoAttach.class, "has no @Attach"),
        Arguments.of(NoSeam.class, "there is no 'tlb.flush'; hook points: cpuid.leaf, "),
        Arguments.of(NoMethod.class, "has 0 methods annotated @Advice"),
        Arguments.of(TwoMethods.class, "has 2 methods annotated @Advice"),
        Arguments.of(WrongType.class, "@Advice.Argument(1) long, but that argument is int"),
        Arguments.of(
            NoSuchArgument.class, "@Advice.Argument(7) long, but that argument does not exist"),
        Arguments.of(WrongObject.class, "@Advice.Argument(0) TlbEntry, but that argument is Vcpu"),
        Arguments.of(WrongReturn.class, "@Advice.Return Claim, but the seam gives boolean"),
        Arguments.of(Bare.class, "neither @Advice.Argument nor @Advice.Return"),
        Arguments.of(Suppresses.class, "neither suppress nor inline"),
        Arguments.of(GivesAValue.class, "must be static void"),
        Arguments.of(UsesHiddenMethod.class, "SampleHooks.invisible, which is not public"),
        Arguments.of(UsesHiddenClass.class, "AdviceCheckTest, which is not public"),
        Arguments.of(WritesAReadOnlyResult.class, "cannot be woven"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void adviceThatDoesNotFitIsRefused(Class<?> advice, String message) throws Exception {
    byte[] before = HookBytesTest.loaded(VcpuHooks.class);
    FakePlugin plugin = FakePlugin.of("misfit", SampleAdvice.Halt.class, advice);
    PluginException refusal =
        assertThrows(PluginException.class, () -> Weaver.shared().weave(List.of(plugin)));
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
    assertTrue(
        refusal.getMessage().contains("plugin misfit, advice " + advice.getName())
            || refusal.getMessage().contains("cannot be woven"),
        refusal.getMessage());
    assertArrayEquals(before, HookBytesTest.loaded(VcpuHooks.class));
  }
}
