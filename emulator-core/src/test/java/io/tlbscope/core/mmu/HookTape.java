package io.tlbscope.core.mmu;

import io.tlbscope.core.hook.MemoryHooks;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TlbHooks;
import io.tlbscope.core.hook.Vcpu;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import net.bytebuddy.matcher.ElementMatchers;

/** Records what reaches the TLB's and memory's seams, as text, until closed. */
public final class HookTape implements AutoCloseable {
  private static final List<String> LINES = new ArrayList<>();

  private final ClassReloadingStrategy strategy;

  HookTape() {
    ByteBuddyAgent.install();
    LINES.clear();
    strategy = ClassReloadingStrategy.fromInstalledAgent();
    for (Class<?> seams : new Class<?>[] {TlbHooks.class, MemoryHooks.class}) {
      new ByteBuddy()
          .redefine(seams)
          .visit(
              Advice.to(Recorder.class)
                  .on(ElementMatchers.isPublic().and(ElementMatchers.returns(void.class))))
          .make()
          .load(seams.getClassLoader(), strategy);
    }
  }

  /** Inlined into the seams. */
  static final class Recorder {
    private Recorder() {}

    @Advice.OnMethodEnter
    static void enter(@Advice.Origin("#m") String name, @Advice.AllArguments Object[] arguments) {
      HookTape.record(name, arguments);
    }
  }

  public static void record(String name, Object[] arguments) {
    StringBuilder line = new StringBuilder(name);
    for (Object argument : arguments) {
      if (!(argument instanceof Vcpu)) {
        line.append(' ')
            .append(
                argument instanceof TlbEntry e
                    ? "#" + e.serial()
                    : argument instanceof Long n ? Long.toHexString(n) : argument);
      }
    }
    LINES.add(line.toString());
  }

  /** What was recorded since the last call. */
  List<String> take() {
    List<String> taken = List.copyOf(LINES);
    LINES.clear();
    return taken;
  }

  @Override
  public void close() {
    try {
      strategy.reset(TlbHooks.class, MemoryHooks.class);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
