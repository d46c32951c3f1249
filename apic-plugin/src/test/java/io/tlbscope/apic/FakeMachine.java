package io.tlbscope.apic;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.hook.TlbControl;
import io.tlbscope.core.hook.Vcpu;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** A machine of vCPUs that only note what they are told; the plugin's state is set by the test. */
final class FakeMachine implements MachineControl {
  final TestClock clock = new TestClock();
  final List<FakeVcpu> cpus = new ArrayList<>();
  Object state;
  private final ReentrantLock lock = new ReentrantLock();
  boolean picOutput;
  int picVector = 0x20;

  FakeMachine(int count) {
    for (int i = 0; i < count; i++) {
      cpus.add(new FakeVcpu(this, i));
    }
  }

  @Override
  public void lock() {
    lock.lock();
  }

  @Override
  public void unlock() {
    lock.unlock();
  }

  @Override
  public int vcpuCount() {
    return cpus.size();
  }

  @Override
  public Vcpu vcpu(int index) {
    return cpus.get(index);
  }

  @Override
  public long now() {
    return clock.now();
  }

  @Override
  public PhysicalAccess physical() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long schedule(long deadline, Runnable action) {
    return clock.schedule(deadline, action);
  }

  @Override
  public void restore(long deadline, long handle, Runnable action) {
    clock.restore(deadline, handle, action);
  }

  @Override
  public void cancel(long handle) {
    clock.cancel(handle);
  }

  @Override
  public <T> T plugin(Class<T> type) {
    return type.isInstance(state) ? type.cast(state) : null;
  }

  @Override
  public void stop(String reason) {
    throw new AssertionError(reason);
  }

  @Override
  public boolean picOutput() {
    return picOutput;
  }

  @Override
  public int picAcknowledge() {
    picOutput = false;
    return picVector;
  }

  /** Notes its events as text. */
  static final class FakeVcpu implements Vcpu {
    final List<String> log = new ArrayList<>();
    private final FakeMachine machine;
    private final int index;

    FakeVcpu(FakeMachine machine, int index) {
      this.machine = machine;
      this.index = index;
    }

    @Override
    public int index() {
      return index;
    }

    @Override
    public MachineControl machine() {
      return machine;
    }

    @Override
    public long now() {
      return machine.now();
    }

    @Override
    public void signal() {
      log.add("signal");
    }

    @Override
    public void nmi() {
      log.add("nmi");
    }

    @Override
    public void init() {
      log.add("init");
    }

    @Override
    public void startup(int vector) {
      log.add("startup " + vector);
    }

    @Override
    public void dropLookAside() {
      log.add("page");
    }

    @Override
    public long gpr(int n) {
      return 0;
    }

    @Override
    public void gpr(int n, long value) {}

    @Override
    public long rip() {
      return 0;
    }

    @Override
    public long rflags() {
      return 0;
    }

    @Override
    public long cr(int n) {
      return 0;
    }

    @Override
    public long efer() {
      return 0;
    }

    @Override
    public int cpl() {
      return 0;
    }

    @Override
    public long segmentBase(int n) {
      return 0;
    }

    @Override
    public int pcid() {
      return 0;
    }

    @Override
    public long retired() {
      return 0;
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
      throw new UnsupportedOperationException();
    }

    @Override
    public long translate(long va) {
      return -1;
    }
  }
}
