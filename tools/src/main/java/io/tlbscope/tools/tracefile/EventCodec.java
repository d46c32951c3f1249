package io.tlbscope.tools.tracefile;

import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;

/**
 * Events as bytes. Fields are differences to what went before in the same block, so that most take
 * one or two bytes:
 *
 * <pre>
 *   kind      u8       place in the table of kinds
 *   fields    u8       bit 0 id, 1 a, 2 b, 3 c, 4 d: which differ from the last event of this kind
 *   cpu       u8       vCPU index, 255 for the machine
 *   time      zigzag   minus the last event's
 *   retired   zigzag   minus the last of this vCPU
 *   rip       zigzag   minus the last of this vCPU
 *   id a b c d  zigzag each, present ones only, minus those of the last event of this kind
 * </pre>
 *
 * All "last" values are 0 at a block's start. One object codes one block in one direction.
 */
final class EventCodec {
  private static final TraceKind[] KINDS = TraceKind.values();
  private static final int MACHINE = 255;

  private long time;
  private final long[] retired = new long[256];
  private final long[] rip = new long[256];

  /** [kind][id a b c d] */
  private final long[][] fields = new long[KINDS.length][5];

  void encode(TraceEvent event, ByteBuilder out) {
    long[] last = fields[event.kind().ordinal()];
    long[] now = {event.id(), event.a(), event.b(), event.c(), event.d()};
    int present = 0;
    for (int n = 0; n < 5; n++) {
      present |= now[n] == last[n] ? 0 : 1 << n;
    }
    int cpu = event.cpu() < 0 ? MACHINE : event.cpu();
    out.u8(event.kind().ordinal());
    out.u8(present);
    out.u8(cpu);
    out.zigzag(event.time() - time);
    out.zigzag(event.retired() - retired[cpu]);
    out.zigzag(event.rip() - rip[cpu]);
    time = event.time();
    retired[cpu] = event.retired();
    rip[cpu] = event.rip();
    for (int n = 0; n < 5; n++) {
      if ((present >> n & 1) != 0) {
        out.zigzag(now[n] - last[n]);
        last[n] = now[n];
      }
    }
  }

  TraceEvent decode(ByteCursor in) throws TraceFormatException {
    int kind = in.u8();
    if (kind >= KINDS.length) {
      throw new TraceFormatException(
          "event kind " + kind + " is unknown; a newer tlbscope wrote this trace");
    }
    int present = in.u8();
    int cpu = in.u8();
    time += in.zigzag();
    retired[cpu] += in.zigzag();
    rip[cpu] += in.zigzag();
    long[] f = fields[kind];
    for (int n = 0; n < 5; n++) {
      if ((present >> n & 1) != 0) {
        f[n] += in.zigzag();
      }
    }
    return new TraceEvent(
        KINDS[kind],
        time,
        cpu == MACHINE ? -1 : cpu,
        retired[cpu],
        rip[cpu],
        f[0],
        f[1],
        f[2],
        f[3],
        f[4]);
  }
}
