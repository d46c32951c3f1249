package io.tlbscope.core.translate;

import io.tlbscope.core.interpret.BlockCache;
import io.tlbscope.core.interpret.Interpreter;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.testing.TestMachine;
import io.tlbscope.core.vcpu.Processor;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** One vCPU in 64-bit mode whose regions are made at once and checked. RBX is {@link #DATA}. */
final class CheckedCpu {
  static final int CODE = TestMachine.CODE, DATA = TestMachine.DATA;

  final TestMachine machine = new TestMachine().long64();
  final Processor cpu = machine.cpu;
  final PhysicalMemory ram = (PhysicalMemory) machine.physical();
  final RegionTranslator translator;
  final Interpreter interpreter;

  CheckedCpu(String hex, UnaryOperator<RegionCode> loaded) {
    this(hex, loaded, new Settings(false, 1 << 20, false, false));
  }

  CheckedCpu(String hex, UnaryOperator<RegionCode> loaded, Settings settings) {
    byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
    ram.write(CODE, code, 0, code.length);
    cpu.r[3] = DATA;
    BlockCache blocks = new BlockCache(ram);
    interpreter = new Interpreter(cpu, blocks);
    translator = new RegionTranslator(ram, blocks, 1, settings, new AtOnce());
    translator.loaded = loaded;
  }

  CheckedCpu checked() {
    translator.check(cpu, interpreter);
    return translated();
  }

  /** Regions are made, and not checked. */
  CheckedCpu translated() {
    interpreter.accelerate(translator.accelerator(cpu, interpreter.nodes()));
    return this;
  }

  /** Runs on the calling thread. */
  private static final class AtOnce extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
