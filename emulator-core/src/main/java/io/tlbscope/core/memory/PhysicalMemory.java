package io.tlbscope.core.memory;

/** Placeholder for the room's owner: see the signatures. */
public abstract class PhysicalMemory implements io.tlbscope.core.hook.PhysicalAccess {
  /** Marks a page as holding decoded code: stores to it leave the fast path and tell the watcher once. */
  public abstract void markCode(long paPage);

  public abstract void codeWatcher(CodeWatcher watcher);

  /** Copies bytes into RAM (loaders); throws IllegalArgumentException outside RAM. */
  public abstract void write(long pa, byte[] bytes, int offset, int length);

  public abstract void read(long pa, byte[] bytes, int offset, int length);
}
