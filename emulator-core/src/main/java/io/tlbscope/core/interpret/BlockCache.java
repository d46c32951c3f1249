package io.tlbscope.core.interpret;

import io.tlbscope.core.memory.CodeWatcher;
import io.tlbscope.core.memory.PhysicalMemory;

/** The blocks of a machine by physical page; its memory's {@link CodeWatcher}. */
public final class BlockCache implements CodeWatcher {
  public BlockCache(PhysicalMemory memory) {
    memory.codeWatcher(this);
  }

  @Override
  public void codeChanged(long paPage) {}
}
