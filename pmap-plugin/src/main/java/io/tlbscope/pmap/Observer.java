package io.tlbscope.pmap;

import io.tlbscope.core.hook.Vcpu;

/** What the tracker tells of a shootdown's progress to those that check or record more. */
interface Observer {
  /** Does nothing. */
  Observer NONE =
      new Observer() {
        @Override
        public void begun(Shootdown shootdown) {}

        @Override
        public void completed(Vcpu initiator, Shootdown shootdown) {}
      };

  /** Its record has been read; no target has been told yet. */
  void begun(Shootdown shootdown);

  /** The initiator has seen every acknowledgement. */
  void completed(Vcpu initiator, Shootdown shootdown);
}
