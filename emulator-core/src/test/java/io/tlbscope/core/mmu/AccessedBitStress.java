package io.tlbscope.core.mmu;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.tlbscope.core.memory.AtomicKind;
import io.tlbscope.core.memory.PhysicalMemory;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** One vCPU's page walk sets A while another takes the page-table entry away. */
@JCStressTest
@Outcome(
    id = "absent, clean, 0",
    expect = ACCEPTABLE,
    desc = "Taken away before the walk came to it.")
@Outcome(
    id = "mapped, clean, 0",
    expect = FORBIDDEN,
    desc = "A translation was made of an entry that was never marked accessed.")
@Outcome(
    id = "mapped, accessed, 0",
    expect = ACCEPTABLE,
    desc = "The walk marked it; who takes it away learns that it was used.")
@Outcome(expect = FORBIDDEN, desc = "The walk brought back an entry that was gone.")
@State
public class AccessedBitStress {
  private static final long PRESENT = 1, WRITABLE = 2, ACCESSED = 0x20;
  private static final int ENTRIES = 1 << 20;

  /** 32-bit paging: directories of 1024 entries, an entry a state, each a 4 MiB page. */
  private static final PhysicalMemory MEMORY = new PhysicalMemory(ENTRIES * 4L);

  private static final AtomicInteger NEXT = new AtomicInteger();

  private final int number = NEXT.getAndIncrement() & ENTRIES - 1;
  private final long entry = number * 4L;
  private final long directory = entry & -4096;
  private final long va = (number & 1023L) << 22;
  private final PageWalker walker;

  public AccessedBitStress() {
    MEMORY.write(entry, 4, 0x80 | PRESENT | WRITABLE);
    PagingMode mode = new PagingMode();
    mode.levels = 2;
    mode.pse = true;
    mode.root = directory;
    walker = new PageWalker(MEMORY, mode);
  }

  @Actor
  public void walks(LLL_Result r) {
    do {
      walker.start(directory);
      if (!walker.descend(va, (at, walk) -> {})) {
        r.r1 = "absent";
        return;
      }
    } while (!walker.commit(false));
    r.r1 = "mapped";
  }

  @Actor
  public void unmaps(LLL_Result r) {
    long old = MEMORY.atomic(AtomicKind.EXCHANGE, MEMORY.ha(entry), 4, 0, 0);
    r.r2 = (old & ACCESSED) != 0 ? "accessed" : "clean";
  }

  @Arbiter
  public void after(LLL_Result r) {
    r.r3 = MEMORY.read(entry, 4);
  }
}
