package io.tlbscope.core.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One vCPU decodes a page while another stores into it past the look-aside. */
@JCStressTest
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "Old bytes were decoded and nobody was told.")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The new bytes were decoded.")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "Old bytes, and the store found the mark.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "New bytes, compared once more for nothing.")
@State
public class CodeMarkStress {
  private static final int PAGES = 1 << 13;
  private static final PhysicalMemory MEMORY = new PhysicalMemory(PAGES * 4096L);
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final long pa = (NEXT.getAndIncrement() & PAGES - 1) * 4096L;

  public CodeMarkStress() {
    MEMORY.codeStored(pa, 1);
    HostMemory.putByte(MEMORY.ha(pa), (byte) 0);
  }

  @Actor
  public void decodes(II_Result r) {
    MEMORY.markCode(pa);
    r.r1 = HostMemory.loadByte(MEMORY.ha(pa));
  }

  @Actor
  public void stores(II_Result r) {
    HostMemory.storeByte(MEMORY.ha(pa), (byte) 1);
    r.r2 = MEMORY.codeStored(pa, 1) ? 1 : 0;
  }
}
