package io.tlbscope.core.memory;

/** Whoever keeps host addresses of guest pages: each vCPU's look-aside. */
public interface PageListener {
  /**
   * The page's flags changed (watch, code mark, device): host addresses into it must be asked for
   * again.
   */
  void pageChanged(long paPage);

  /** RAM is about to be freed: every host address dies. */
  void memoryClosed();
}
