package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.ir.LiftMode;
import io.tlbscope.core.memory.CodeWatcher;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The blocks of a machine by physical address; its memory's {@link CodeWatcher}. A block's key
 * holds its offset in CS too, because targets and RIP-relative operands are folded into it.
 */
public final class BlockCache implements CodeWatcher {
  static final int PAGE = 4096;
  private static final int MOST_BLOCKS = 300_000;
  private static final int LONGEST = 15;

  private final PhysicalMemory memory;
  private final Map<Key, Code> blocks = new HashMap<>();
  private final Map<Long, Set<Code>> byPage = new HashMap<>();
  private final List<Processor> processors = new ArrayList<>();

  private final List<CodeWatcher> others = new ArrayList<>();

  private record Key(long pa, long pa2, long rip, LiftMode mode, boolean single) {}

  public BlockCache(PhysicalMemory memory) {
    this.memory = memory;
    memory.codeWatcher(this);
  }

  /** Somebody else who wants to hear what a {@link CodeWatcher} hears. */
  public synchronized void also(CodeWatcher watcher) {
    others.add(watcher);
  }

  synchronized void register(Processor cpu) {
    processors.add(cpu);
  }

  /**
   * The block at {@code pa}.
   *
   * @param pa2 start of the following page when the first instruction is known to cross into it,
   *     else -1
   * @param single one instruction only
   * @return null when the first instruction crosses the page's end and {@code pa2} is -1
   */
  synchronized Code get(long pa, long pa2, long rip, LiftMode mode, boolean single) {
    Key key = new Key(pa, pa2, rip, mode, single);
    Code code = blocks.get(key);
    if (code != null && code.valid) {
      return code;
    }
    mark(pa);
    if (pa2 >= 0) {
      mark(pa2);
    }
    boolean settled = memory.settled(pa & -PAGE) && (pa2 < 0 || memory.settled(pa2 & -PAGE));
    byte[] bytes = read(pa, pa2);
    if (code == null || !starts(bytes, code.bytes)) {
      int limit = single || pa2 >= 0 ? 1 : BlockDecoder.LIMIT;
      BlockDecoder.Lifted block = BlockDecoder.lift(mode, rip, bytes, 0, bytes.length, limit);
      if (block == null) {
        return null;
      }
      code = BlockDecoder.build(block, pa, pa2);
      if (blocks.size() >= MOST_BLOCKS) {
        forgetAll();
      }
      blocks.put(key, code);
    }
    // Where a store may still go unnoticed the bytes are compared each time.
    code.valid = settled;
    remember(pa, code);
    if (pa2 >= 0) {
      remember(pa2, code);
    }
    return code;
  }

  private void remember(long pa, Code code) {
    byPage.computeIfAbsent(pa & -PAGE, p -> new HashSet<>()).add(code);
  }

  private void mark(long pa) {
    if (!memory.isRam(pa)) {
      throw new EmulatorError(
          "fetch-outside-ram", "instruction fetch from physical address 0x" + Long.toHexString(pa));
    }
    memory.markCode(pa & -PAGE);
  }

  private byte[] read(long pa, long pa2) {
    int here = Math.min(PAGE - (int) (pa & PAGE - 1), BlockDecoder.LIMIT + LONGEST);
    byte[] bytes = new byte[pa2 >= 0 ? here + LONGEST : here];
    memory.read(pa, bytes, 0, here);
    if (pa2 >= 0) {
      memory.read(pa2, bytes, here, LONGEST);
    }
    return bytes;
  }

  private static boolean starts(byte[] bytes, byte[] with) {
    return bytes.length >= with.length
        && Arrays.equals(bytes, 0, with.length, with, 0, with.length);
  }

  private void forgetAll() {
    byPage.values().forEach(list -> list.forEach(code -> code.valid = false));
    byPage.clear();
    blocks.clear();
  }

  @Override
  public synchronized void codeChanged(long paPage) {
    Set<Code> changed = byPage.remove(paPage & -PAGE);
    if (changed != null) {
      changed.forEach(code -> code.valid = false);
    }
    for (CodeWatcher watcher : others) {
      watcher.codeChanged(paPage);
    }
    for (Processor cpu : processors) {
      cpu.leaveBlock = true;
    }
  }
}
