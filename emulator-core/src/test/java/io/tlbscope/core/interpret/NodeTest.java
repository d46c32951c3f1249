package io.tlbscope.core.interpret;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NodeTest {
  private static final class Path extends FastPath {
    @Override
    public int run(long end) {
      return ABSENT;
    }

    void ran(long instructions) {
      ran += instructions;
    }
  }

  private final TestCpu cpu = new TestCpu();
  private final Path path = new Path();

  /** A block of one instruction. */
  private Node node() {
    cpu.ram.write(TestCpu.CODE, 1, 0xF4);
    return cpu.interpreter.nodes().find(cpu.s.rip, Segmentation.mode(cpu.s), false);
  }

  @Test
  void aBlockIsSparedWhileTheRegionThatRunsItDoesTheWork() {
    Node node = node();
    node.cover(path);
    node.heat += 100;
    path.ran(1_000_000);
    assertTrue(node.spared());
  }

  @Test
  void aBlockThatIsInterpretedBesideTheRegionIsNot() {
    Node node = node();
    node.cover(path);
    node.heat += 3200;
    path.ran(100_000);
    assertFalse(node.spared());
  }

  @Test
  void aBlockThatNoRegionRunsIsNot() {
    assertFalse(node().spared());
  }
}
