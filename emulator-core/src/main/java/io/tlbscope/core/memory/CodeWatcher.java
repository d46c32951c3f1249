package io.tlbscope.core.memory;

/** Told when bytes of a page that holds decoded or translated code change. */
public interface CodeWatcher {
  /** Called before the next instruction of any vCPU runs; the page's code mark is already gone. */
  void codeChanged(long paPage);
}
