package io.tlbscope.core.memory;

/** Whoever keeps host addresses of guest pages: each vCPU's look-aside. */
public interface PageListener {
  /**
   * The page's flags changed (watch, code mark, device): host addresses into it must be asked for
   * again.
   */
  void pageChanged(long paPage);

  /** The page, a RAM page, is about to be marked as code: what was stored to it must be there. */
  default void codeComes(long paPage) {}

  /** RAM is about to be freed: every host address dies. */
  void memoryClosed();
}
