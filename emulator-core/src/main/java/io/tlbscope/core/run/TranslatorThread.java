package io.tlbscope.core.run;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The thread that translates: one a machine, so that vCPUs go on while it works. */
final class TranslatorThread {
  private TranslatorThread() {}

  static ExecutorService start() {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, "tlbscope-translator");
          thread.setDaemon(true);
          return thread;
        });
  }
}
