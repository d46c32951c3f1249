package io.tlbscope.core.interpret;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.vcpu.Activity;
import org.junit.jupiter.api.Test;

/** Instruction fetches and CS's limit (Intel SDM vol. 3A, 5.3). */
class CodeLimitTest {
  private static TestCpu limited(long limit, String code) {
    TestCpu t = new TestCpu();
    t.mode(16);
    t.s.cr0 &= ~CpuState.CR0_PE;
    t.mmu.modeChanged();
    t.s.segments[Segment.CS].limit = limit;
    // No vector lies within the table: the first exception shuts the vCPU down.
    t.s.idtLimit = 0;
    return t.code(code);
  }

  @Test
  void whatLiesWithinTheLimitRunsAndWhatDoesNotFaults() {
    TestCpu t = limited(TestCpu.CODE + 3, "40 40 40 40 40 40");
    t.interpreter.run(100);
    assertEquals(4, t.s.retired);
    assertEquals(4, t.r[0]);
    assertEquals(Activity.SHUTDOWN, t.cpu.activity);
    assertEquals(TestCpu.CODE + 4, t.s.rip);
  }

  @Test
  void anInstructionMustLieWithinItWhole() {
    TestCpu t = limited(TestCpu.CODE + 2, "40 b8 34 12 40");
    t.interpreter.run(100);
    assertEquals(1, t.s.retired);
    assertEquals(TestCpu.CODE + 1, t.s.rip);
  }

  @Test
  void aJumpIsCheckedOnItsWayThroughChainedBlocks() {
    TestCpu t = limited(TestCpu.CODE + 3, "40 eb 02 90 eb fa");
    t.interpreter.run(100);
    assertEquals(2, t.s.retired);
    assertEquals(TestCpu.CODE + 5, t.s.rip);
  }
}
