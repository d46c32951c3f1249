package io.tlbscope.core.bench;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.Vcpu;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;

/**
 * A machine and a vCPU with the two methods that every advice calls; the others are left out of the
 * classes.
 */
public final class BenchMachine {
  private BenchMachine() {}

  /** The part of a machine that answers. */
  public abstract static class Machine implements MachineControl {
    private Map<Class<?>, Object> states = Map.of();

    @Override
    public <T> T plugin(Class<T> type) {
      return type.cast(states.get(type));
    }
  }

  /** The part of a vCPU that answers. */
  public abstract static class Cpu implements Vcpu {
    private Machine machine;

    @Override
    public MachineControl machine() {
      return machine;
    }
  }

  static Vcpu vcpu(Object state) throws ReflectiveOperationException {
    Machine machine = make(Machine.class);
    machine.states = Map.of(state.getClass(), state);
    Cpu cpu = make(Cpu.class);
    cpu.machine = machine;
    return cpu;
  }

  private static <T> T make(Class<T> type) throws ReflectiveOperationException {
    return new ByteBuddy()
        .subclass(type)
        .make()
        .load(type.getClassLoader(), ClassLoadingStrategy.Default.WRAPPER)
        .getLoaded()
        .getConstructor()
        .newInstance();
  }
}
