package io.tlbscope.core.weave;

import io.tlbscope.core.hook.HookSeam;

/**
 * One advice class of one plugin and the seam it goes into.
 *
 * @param entry true when its method runs before the seam's empty body, false when after
 */
record AdviceSite(String plugin, Class<?> advice, HookSeam seam, boolean entry) {
  /**
   * {@code plugin pmap, advice PmapAdvice$Store for memory.store}, the start of every message about
   * it.
   */
  String who() {
    return "plugin " + plugin + ", advice " + advice.getName() + " for " + seam.id();
  }
}
