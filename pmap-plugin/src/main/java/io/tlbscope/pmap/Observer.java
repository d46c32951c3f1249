package io.tlbscope.pmap;

import io.tlbscope.core.hook.Vcpu;

/** What the tracker tells of a shootdown's progress to those that check or record more. */
interface Observer {
  /** The initiator has seen every acknowledgement. */
  void completed(Vcpu initiator, Shootdown shootdown);
}
