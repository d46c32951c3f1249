package io.tlbscope.pmap;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.plugin.Attach;
import java.util.BitSet;
import java.util.List;
import net.bytebuddy.asm.Advice;

/** What is woven into the core: for each hook point one line into {@link PmapHooks}. */
final class PmapAdvice {
  static final List<Class<?>> ALL =
      List.of(
          Load.class,
          Store.class,
          Fill.class,
          Evict.class,
          Drop.class,
          Invalidate.class,
          Use.class,
          IpiSend.class,
          IpiAccept.class,
          Serve.class,
          Taken.class,
          Return.class,
          ControlWrite.class,
          Halt.class,
          Wake.class,
          Startup.class,
          Init.class);

  private PmapAdvice() {}

  @Attach("memory.load")
  static final class Load {
    private Load() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(2) long pa,
        @Advice.Argument(3) int size,
        @Advice.Argument(4) long value) {
      PmapHooks.load(cpu, pa, size, value);
    }
  }

  @Attach("memory.store")
  static final class Store {
    private Store() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) long va,
        @Advice.Argument(2) long pa,
        @Advice.Argument(3) int size,
        @Advice.Argument(4) long before,
        @Advice.Argument(5) long after) {
      PmapHooks.store(cpu, va, pa, size, before, after);
    }
  }

  @Attach("tlb.fill")
  static final class Fill {
    private Fill() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) TlbEntry entry,
        @Advice.Argument(2) Access access) {
      PmapHooks.fill(cpu, entry, access);
    }
  }

  @Attach("tlb.evict")
  static final class Evict {
    private Evict() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu, @Advice.Argument(1) TlbEntry entry) {
      PmapHooks.evict(cpu, entry);
    }
  }

  @Attach("tlb.drop")
  static final class Drop {
    private Drop() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) TlbEntry entry,
        @Advice.Argument(2) Invalidation why) {
      PmapHooks.drop(cpu, entry, why);
    }
  }

  @Attach("tlb.invalidate")
  static final class Invalidate {
    private Invalidate() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) Invalidation why,
        @Advice.Argument(2) long va,
        @Advice.Argument(3) int pcid,
        @Advice.Argument(4) int dropped) {
      PmapHooks.invalidate(cpu, why, va, pcid, dropped);
    }
  }

  @Attach("tlb.use")
  static final class Use {
    private Use() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) TlbEntry entry,
        @Advice.Argument(2) long va,
        @Advice.Argument(3) Access access) {
      PmapHooks.use(cpu, entry, va, access);
    }
  }

  @Attach("ipi.send")
  static final class IpiSend {
    private IpiSend() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu from,
        @Advice.Argument(1) int vector,
        @Advice.Argument(2) int deliveryMode,
        @Advice.Argument(3) long icr,
        @Advice.Argument(4) BitSet targets) {
      PmapHooks.ipiSent(from, vector, deliveryMode, icr, targets);
    }
  }

  @Attach("ipi.accept")
  static final class IpiAccept {
    private IpiAccept() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu target,
        @Advice.Argument(1) int vector,
        @Advice.Argument(2) boolean merged,
        @Advice.Argument(3) Vcpu from) {
      PmapHooks.irrSet(target, vector, merged, from);
    }
  }

  @Attach("interrupt.serve")
  static final class Serve {
    private Serve() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) int vector,
        @Advice.Return(readOnly = false) boolean served) {
      served = served || PmapHooks.serve(cpu, vector);
    }
  }

  @Attach("interrupt.taken")
  static final class Taken {
    private Taken() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) int vector,
        @Advice.Argument(2) TrapKind kind,
        @Advice.Argument(4) long returnRip,
        @Advice.Argument(5) int fromCpl) {
      PmapHooks.taken(cpu, vector, kind, returnRip, fromCpl);
    }
  }

  @Attach("interrupt.return")
  static final class Return {
    private Return() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) long fromRip,
        @Advice.Argument(2) int fromCpl) {
      PmapHooks.returned(cpu, fromRip, fromCpl);
    }
  }

  @Attach("cr.write")
  static final class ControlWrite {
    private ControlWrite() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) int register,
        @Advice.Argument(2) long before,
        @Advice.Argument(3) long after) {
      PmapHooks.controlWritten(cpu, register, before, after);
    }
  }

  @Attach("vcpu.halt")
  static final class Halt {
    private Halt() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu) {
      PmapHooks.halt(cpu);
    }
  }

  @Attach("vcpu.wake")
  static final class Wake {
    private Wake() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu) {
      PmapHooks.wake(cpu);
    }
  }

  @Attach("vcpu.startup")
  static final class Startup {
    private Startup() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu, @Advice.Argument(1) int vector) {
      PmapHooks.startup(cpu, vector);
    }
  }

  @Attach("vcpu.init")
  static final class Init {
    private Init() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu) {
      PmapHooks.reset(cpu);
    }
  }
}
