package io.tlbscope.pmap;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.hook.TlbControl;
import io.tlbscope.core.hook.Vcpu;

/** What all machines without an engine have in common: nothing happens in them by itself. */
public abstract class StillMachine implements MachineControl, PhysicalAccess {
  @Override
  public PhysicalAccess physical() {
    return this;
  }

  @Override
  public boolean isRam(long pa) {
    return pa >= 0 && pa < ramBytes();
  }

  @Override
  public long schedule(long deadline, Runnable action) {
    throw new AssertionError("the plugin sets no timers");
  }

  @Override
  public void restore(long deadline, long handle, Runnable action) {
    throw new AssertionError("the plugin sets no timers");
  }

  @Override
  public void cancel(long handle) {
    throw new AssertionError("the plugin sets no timers");
  }

  @Override
  public void stop(String reason) {
    throw new AssertionError(reason);
  }

  @Override
  public boolean picOutput() {
    return false;
  }

  @Override
  public int picAcknowledge() {
    return 0;
  }

  /** A CPU, and its TLB, that does nothing by itself. */
  public abstract static class Cpu implements Vcpu, TlbControl {
    private final int index;

    protected Cpu(int index) {
      this.index = index;
    }

    @Override
    public int index() {
      return index;
    }

    @Override
    public long gpr(int n) {
      return 0;
    }

    @Override
    public void gpr(int n, long value) {
      throw new AssertionError("the plugin changes no register");
    }

    @Override
    public long efer() {
      return 0;
    }

    @Override
    public long segmentBase(int n) {
      return 0;
    }

    @Override
    public long retired() {
      return machine().now();
    }

    @Override
    public long now() {
      return machine().now();
    }

    @Override
    public boolean halted() {
      return false;
    }

    @Override
    public boolean waitingForStartup() {
      return false;
    }

    @Override
    public TlbControl tlb() {
      return this;
    }

    @Override
    public void signal() {}

    @Override
    public void nmi() {}

    @Override
    public void init() {}

    @Override
    public void startup(int vector) {}

    @Override
    public void dropLookAside() {}
  }
}
