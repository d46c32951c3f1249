package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.isa.CodeMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused, and that the refusal names the cause and the mend in one line. */
class MachineBuilderTest {
  @TempDir Path folder;
  private Path halt;

  @BeforeEach
  void guest() throws Exception {
    halt = Files.write(folder.resolve("halt.bin"), new byte[] {(byte) 0xFA, (byte) 0xF4});
  }

  private MachineBuilder good() {
    return Machine.builder()
        .guest(halt)
        .memory(1 << 20)
        .boot(BootOptions.defaults().withFlat(0x8000, 0x8000, CodeMode.BITS16));
  }

  private void refused(UnaryOperator<MachineBuilder> change, String... words) {
    MachineException e =
        assertThrows(MachineException.class, () -> change.apply(good()).build().close());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @Test
  void cpuCountsOutsideTheRange() {
    refused(b -> b.cpus(0), "--cpus 0", "1 to 255");
    refused(b -> b.cpus(256), "--cpus 256", "1 to 255");
  }

  @Test
  void memorySizesThatCannotBe() {
    refused(b -> b.memory(0), "1 MiB");
    refused(b -> b.memory(4096), "1 MiB");
    refused(b -> b.memory((1 << 20) + 1), "4 KiB");
    refused(b -> b.memory(1L << 62), "1 MiB");
  }

  @Test
  void memoryThatTheHostDoesNotHave() {
    refused(b -> b.memory(1L << 45), "MiB");
  }

  @Test
  void unknownNames() {
    refused(b -> b.schedule("backwards"), "backwards", "parallel");
    refused(b -> b.cpu("z80"), "z80", "intel");
    refused(b -> b.tlb("huge"), "--tlb huge");
    refused(b -> b.plugin("nosuch"), "nosuch");
    refused(b -> b.engine("warp"), "--engine warp", "interpret");
    refused(b -> b.memoryOrder("arm"), "--memory-order arm", "sc and tso");
  }

  @Test
  void enginesAreNotCheckedWhileOtherCpusChangeMemory() {
    refused(b -> b.engine("check").schedule("parallel"), "--schedule parallel", "deterministic");
  }

  @Test
  void storeBuffersWhereThereAreNone() {
    refused(b -> b.memoryOrder("tso").engine("translate"), "--engine translate", "interpret");
    refused(b -> b.memoryOrder("tso").engine("check"), "--engine check", "interpret");
    refused(b -> b.memoryOrder("tso").schedule("parallel"), "--schedule parallel", "leave one");
  }

  @Test
  void quantumAndLimitThatLeaveNothingToRun() {
    refused(b -> b.quantum(0), "--quantum 0");
    refused(b -> b.maxInstructions(0), "--max-instructions 0");
  }

  @Test
  void guestThatIsNotThere() {
    refused(b -> b.guest(folder.resolve("absent.elf")), "absent.elf");
  }
}
