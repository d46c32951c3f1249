package io.tlbscope.core.bench;

import io.tlbscope.core.hook.MemoryHooks;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.plugin.Plugin;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.plugin.PluginOption;
import io.tlbscope.core.weave.Weaver;
import io.tlbscope.core.weave.Weaving;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Price of a load that passes a seam, by what is woven into it: nothing, an empty plugin, one that
 * counts, and no seam at all to compare with. Run it with {@code mvn -q -pl emulator-core
 * test-compile exec:exec@bench}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class HookBenchmark {
  /** What is woven. */
  @Param({"off", "empty", "counting"})
  public String woven;

  private final long[] memory = new long[4096];
  private int index;
  private Vcpu cpu;
  private Weaving weaving;

  private record Bench(List<Class<?>> advice) implements Plugin {
    @Override
    public String name() {
      return "bench";
    }

    @Override
    public String description() {
      return "bench";
    }

    @Override
    public int apiVersion() {
      return 1;
    }

    @Override
    public List<PluginOption> options() {
      return List.of();
    }

    @Override
    public Object attach(PluginContext context) {
      return this;
    }
  }

  @Setup
  public void weave() throws Exception {
    cpu = BenchMachine.vcpu(new BenchHooks.Counter());
    if (!woven.equals("off")) {
      Class<?> advice =
          woven.equals("empty") ? BenchAdvice.Empty.class : BenchAdvice.Counting.class;
      weaving = Weaver.shared().weave(List.of(new Bench(List.of(advice))));
    }
  }

  @TearDown
  public void unweave() {
    if (weaving != null) {
      weaving.close();
    }
  }

  @Benchmark
  public long loadAlone() {
    int i = index = (index + 61) & 4095;
    return memory[i];
  }

  @Benchmark
  public long loadPastASeam() {
    int i = index = (index + 61) & 4095;
    long value = memory[i];
    MemoryHooks.load(cpu, i, i, 8, value);
    return value;
  }
}
