package io.tlbscope.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeersTest {
  private static final Path IMAGE = Path.of("/guests/bench.elf");
  private static final GuestRun KERNEL = GuestRun.single("bench", "only=sieve reps=3");

  private static String words(List<String> command) {
    return String.join(" ", command);
  }

  @Test
  void tlbscopeIsStartedAsUsersStartIt() throws IOException {
    TlbscopePeer plain = new TlbscopePeer(List.of("./tlbscope"), "", "1");
    assertEquals(Optional.empty(), plain.absent());
    assertEquals(
        "./tlbscope run /guests/bench.elf --cpus 1 --memory 128M --append only=sieve reps=3 --plugin none",
        words(plain.command(KERNEL, IMAGE)));
    TlbscopePeer chosen = new TlbscopePeer(List.of("./tlbscope"), "translate", "1");
    GuestRun parallel = new GuestRun("bench-ipi", 2, 64, "", List.of("apic"), true);
    assertEquals(
        "./tlbscope run /guests/bench.elf --cpus 2 --memory 64M --append  --plugin apic --schedule parallel --engine translate",
        words(chosen.command(parallel, IMAGE)));
    assertTrue(new TlbscopePeer("", "1").absent().orElseThrow().contains("./tlbscope"));
  }

  @Test
  void qemuRunsSeveralVcpusOnThreads() {
    QemuPeer qemu = new QemuPeer();
    assertTrue(words(qemu.command(KERNEL, IMAGE)).contains("-accel tcg -cpu max -m 128 -smp 1,"));
    GuestRun parallel = new GuestRun("bench-ipi", 2, 64, "", List.of("apic"), true);
    assertTrue(words(qemu.command(parallel, IMAGE)).contains("-accel tcg,thread=multi "));
  }

  @Test
  void theBareProcessorRunsPortableKernelsOnly() {
    NativePeer bare =
        new NativePeer(List.of(new Kernel("sieve", true, ""), new Kernel("syscall", false, "")));
    assertEquals(Optional.empty(), bare.lacks(KERNEL));
    assertTrue(bare.lacks(GuestRun.single("bench", "only=syscall")).isPresent());
    assertTrue(bare.lacks(GuestRun.single("hello", "")).isPresent());
  }

  @Test
  void bochsIsAskedForKernelsOnOneCpu() {
    BochsPeer bochs = new BochsPeer();
    assertEquals(Optional.empty(), bochs.lacks(KERNEL));
    assertTrue(bochs.lacks(GuestRun.single("hello", "")).isPresent());
    assertEquals(20, bochs.scale(200));
    assertEquals(1, bochs.scale(3));
  }

  @Test
  void aProgramThatIsNotThereIsNamedWithItsPackage() {
    assertEquals(
        Optional.of(
            "no-such-program not found; on Debian: sudo apt-get install --no-install-recommends its-package"),
        Programs.absent("no-such-program", "its-package"));
    assertEquals(Optional.empty(), Programs.absent("sh", "dash"));
    assertEquals("", Programs.firstLine("no-such-program"));
  }

  @Test
  void theListOfKernelsIsTheGuests() {
    List<Kernel> kernels = Kernel.all();
    assertEquals("syscall", kernels.getFirst().name());
    assertTrue(kernels.stream().anyMatch(each -> each.name().equals("sieve") && each.portable()));
    assertTrue(kernels.stream().noneMatch(each -> each.what().isEmpty()));
    for (Kernel kernel : kernels.stream().filter(Kernel::isPowerOfTwo).toList()) {
      String friendly = Kernel.friendly(kernel.name());
      assertTrue(kernels.stream().anyMatch(each -> each.name().equals(friendly)), friendly);
    }
  }
}
