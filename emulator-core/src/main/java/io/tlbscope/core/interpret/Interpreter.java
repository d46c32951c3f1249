package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.ir.LiftMode;
import io.tlbscope.core.trap.Delivery;
import io.tlbscope.core.trap.Events;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import io.tlbscope.core.vcpu.RipSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Executes one vCPU's instructions from blocks that the machine's vCPUs share. */
public final class Interpreter implements RipSource {
  /**
   * Exceptions delivered in one slice at most: a handler that faults at once would never retire
   * anything.
   */
  private static final int MOST_DELIVERIES = 1000;

  /** Blocks remembered for {@link #recentBlocks}; a power of two. */
  private static final int RECENT = 16;

  private final Processor cpu;
  private final CpuState s;
  private final long[] r;
  private final Flags f;
  private final NodeTable nodes;

  /**
   * The blocks that ran last, for a report when the guest dies: a ring, because it is written for
   * every block.
   */
  private final Code[] recent = new Code[RECENT];

  private int recentCount;
  private Code running;
  private Accelerator accelerator = Accelerator.NONE;

  /** The last slice ended within a block: what follows is no place where control comes to. */
  private boolean cut;

  /**
   * @param blocks the machine's block cache
   */
  public Interpreter(Processor cpu, BlockCache blocks) {
    this.cpu = cpu;
    this.s = cpu.s;
    this.r = cpu.r;
    this.f = cpu.s.flags;
    this.nodes = new NodeTable(cpu, blocks);
    blocks.register(cpu);
  }

  /** Who is told of hot code; before the first {@link #run}. */
  public void accelerate(Accelerator by) {
    accelerator = by;
  }

  /** The vCPU's blocks. */
  public NodeTable nodes() {
    return nodes;
  }

  /** The vCPU is somewhere else now: the blocks that ran last did not lead there. */
  public void moved() {
    Arrays.fill(recent, null);
    cut = false;
  }

  /** Offsets in CS of the blocks that ran last, oldest first; at most 16. */
  public List<Long> recentBlocks() {
    List<Long> offsets = new ArrayList<>();
    for (int i = 0; i < RECENT; i++) {
      Code code = recent[recentCount + i & RECENT - 1];
      if (code != null) {
        offsets.add(code.rips[0]);
      }
    }
    return offsets;
  }

  @Override
  public long rip(int position) {
    return running.rips[running.instructionOf[position]];
  }

  @Override
  public int retiredInBlock(int position) {
    return running.instructionOf[position];
  }

  /**
   * Runs until {@code budget} instructions have retired or the vCPU stops, yields or sleeps.
   *
   * @return instructions retired, at most {@code budget}
   */
  public long run(long budget) {
    long start = s.retired;
    long end = start + budget;
    cpu.ripSource = this;
    cpu.yield = false;
    int deliveries = 0;
    while (s.retired < end && !cpu.yield && deliveries < MOST_DELIVERIES) {
      if ((cpu.pending() != 0 || cpu.activity != Activity.RUNNING) && !Events.service(cpu)
          || cpu.yield) {
        break;
      }
      cpu.leaveBlock = false;
      try {
        if (cpu.debugger != null) {
          cpu.debugger.before(cpu);
          if (cpu.yield) {
            break;
          }
        }
        if (cpu.debugger != null
            || s.interruptShadow
            || s.breakpoints.executions
            || (f.system() & (CpuState.TF | CpuState.RF)) != 0) {
          one();
        } else {
          blocks(end);
        }
      } catch (GuestFault fault) {
        restore();
        deliveries++;
        Delivery.deliver(cpu);
      } catch (RuntimeException | Error error) {
        // Ours or a plugin's: the run ends, and its report shows the instruction.
        restore();
        throw error;
      }
    }
    return s.retired - start;
  }

  /**
   * Executes {@code count} instructions by their steps alone, without looking for events: what a
   * {@link FastPath} has just done, once more.
   *
   * @return instructions retired; fewer when one faults, which is not delivered, or leaves its
   *     block
   */
  public long again(long count) {
    long start = s.retired;
    long end = start + count;
    cpu.ripSource = this;
    cpu.leaveBlock = false;
    try {
      while (s.retired < end && !cpu.leaveBlock) {
        LiftMode mode = mode();
        Node node = nodes.find(s.rip, mode, false);
        finish(s.retired + node.code.count <= end ? node : nodes.find(s.rip, mode, true));
      }
    } catch (GuestFault fault) {
      restore();
    } finally {
      cpu.leaveBlock = false;
    }
    return s.retired - start;
  }

  /** After an exception: registers as before the instruction. */
  private void restore() {
    int position = cpu.position;
    if (position < 0) {
      return;
    }
    s.rip = rip(position);
    s.retired += retiredInBlock(position);
    cpu.position = -1;
    // The MMU knows no segments: a non-canonical stack reference is #SS(0) (Intel SDM vol. 1,
    // 6.2.4).
    if (cpu.fault.vector() == GuestFault.GP && s.code64() && running.stepAt(position).stack()) {
      cpu.fault.with(GuestFault.SS, 0);
    }
  }

  /**
   * One instruction, with what comes before and after it while single-stepping, with breakpoints on
   * execution, with RF set or in an interrupt shadow.
   */
  private void one() {
    boolean trap = (f.system() & CpuState.TF) != 0;
    long delivered = cpu.delivered;
    if (s.breakpoints.executions) {
      Events.instructionBreakpoint(cpu, linear());
    }
    s.interruptShadow = s.debugShadow = false;
    f.system(f.system() & ~CpuState.RF);
    finish(single(mode()));
    if (trap) {
      Events.singleStep(cpu, delivered);
    }
  }

  /** The one instruction at s.rip; #GP(0) if it does not end within CS's limit. */
  private Node single(LiftMode mode) {
    Node node = nodes.find(s.rip, mode, true);
    if (beyond(node.code, mode)) {
      throw cpu.fault.with(GuestFault.GP, 0);
    }
    return node;
  }

  /** Not all of the code lies within CS's limit. */
  private boolean beyond(Code code, LiftMode mode) {
    return !mode.flat() && code.rips[code.count] - 1 > s.segments[Segment.CS].limit;
  }

  private long linear() {
    return s.code64() ? s.rip : s.segments[Segment.CS].base + s.rip & 0xFFFF_FFFFL;
  }

  private LiftMode mode() {
    LiftMode mode = Segmentation.mode(s);
    if (!mode.flat() && s.rip > s.segments[Segment.CS].limit) {
      throw cpu.fault.with(GuestFault.GP, 0);
    }
    return mode;
  }

  /**
   * Runs blocks until the end of the slice or until something calls for {@link #run}'s attention.
   */
  private void blocks(long end) {
    LiftMode mode = mode();
    Node node = nodes.find(s.rip, mode, false);
    boolean stuck = false;
    boolean midway = cut;
    cut = false;
    while (true) {
      FastPath fast = node.fast;
      if (fast != null && !stuck) {
        long before = s.retired;
        int how = fast.run(end);
        if (how != FastPath.ABSENT) {
          // An event that cannot be taken yet must not keep a region from being passed by.
          if (s.retired >= end || s.retired != before && cpu.servable()) {
            return;
          }
          stuck = how == FastPath.STUCK || s.retired == before;
          midway = stuck;
          node = nodes.find(s.rip, mode, false);
          continue;
        }
      }
      stuck = false;
      Code code = node.code;
      if (s.retired + code.count > end || beyond(code, mode)) {
        cut = true;
        finish(single(mode));
        return;
      }
      int how = execute(code);
      cpu.position = -1;
      if (how > Exit.RIP || how < 0) {
        if (how == Exit.ANYTHING) {
          // Never a head, but worth a place in a region that can have it.
          node.heat++;
        }
        settle(code, how);
        return;
      }
      s.retired += code.count;
      Node next;
      if (how == Exit.TARGET) {
        s.rip = code.exit.target;
        next = node.target;
      } else if (how == Exit.OTHER) {
        s.rip = code.exit.other;
        next = node.other;
      } else {
        node.took(s.rip);
        next = nodes.peek(s.rip, mode);
      }
      // The rest of a block that a slice's end or a region's exit has cut is no head.
      if (!midway && ++node.heat == node.hotAt) {
        accelerator.hot(node);
      }
      midway = false;
      if (cpu.leaveBlock || s.retired >= end || cpu.servable()) {
        return;
      }
      if (next == null || !nodes.holds(next)) {
        next = follow(node, how, mode);
      }
      node = next;
    }
  }

  private Node follow(Node node, int how, LiftMode mode) {
    if (!mode.flat()) {
      mode();
    }
    Node next = nodes.find(s.rip, mode, false);
    if (how == Exit.TARGET) {
      node.target = next;
    } else if (how == Exit.OTHER) {
      node.other = next;
    }
    return next;
  }

  /** Runs a block and brings s.rip and s.retired up to date. */
  private void finish(Node node) {
    int how = execute(node.code);
    cpu.position = -1;
    settle(node.code, how);
  }

  private void settle(Code code, int how) {
    switch (how) {
      case Exit.TARGET -> s.rip = code.exit.target;
      case Exit.OTHER -> s.rip = code.exit.other;
      case Exit.RIP, Exit.ANYTHING, Exit.AGAIN -> {}
      default -> {
        int retired = -how;
        s.rip = code.rips[retired];
        s.retired += retired;
        return;
      }
    }
    s.retired += code.count;
  }

  /**
   * The block's steps and its end.
   *
   * @return what {@link Exit#leave} gave, or minus the number of instructions done when leaveBlock
   *     was set midway
   */
  private int execute(Code code) {
    running = code;
    recent[recentCount++ & RECENT - 1] = code;
    Processor p = cpu;
    long[] slots = r;
    Flags flags = f;
    Step[] steps = code.steps;
    for (int i = 0; i < steps.length; i++) {
      steps[i].run(p, slots, flags);
      if (p.leaveBlock) {
        int done = finishInstruction(code, i);
        if (done < code.count) {
          return -done;
        }
        break;
      }
    }
    return code.exit.leave(p, slots, flags);
  }

  /**
   * The other steps of the instruction of step {@code i}; returns the instructions done, all of
   * them if the exit is next.
   */
  private int finishInstruction(Code code, int i) {
    int instruction = code.instructionOf[i];
    int next = i + 1;
    while (next < code.steps.length && code.instructionOf[next] == instruction) {
      code.steps[next++].run(cpu, r, f);
    }
    return code.instructionOf[next] == instruction ? code.count : instruction + 1;
  }
}
