package io.tlbscope.core.gdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.testing.TestMachine;
import io.tlbscope.core.vcpu.Processor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets in, answers out: no sockets, no threads. */
class SessionTest {
  private final TestMachine machine = new TestMachine(3).long64();
  private final Session session =
      new Session(
          machine.cpus.toArray(Processor[]::new),
          (PhysicalMemory) machine.physical(),
          Map.of("shootdowns", () -> "two\n"));

  @AfterEach
  void close() {
    machine.close();
  }

  private String ask(String packet) {
    assertEquals(Session.Go.STAY, session.packet(packet), packet);
    return session.answer;
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void registersHaveTheOrderOfTheDescription() {
    machine.s.r[0] = 0x1122334455667788L;
    machine.s.rip = 0x10203;
    assertTrue(ask("g").startsWith("8877665544332211"));
    assertEquals("8877665544332211", ask("p0"));
    assertEquals("0302010000000000", ask("p10"));
    assertEquals("OK", ask("P1=0100000000000000"));
    assertEquals(1, machine.s.r[3], "the second is RBX");
    String description = ask("qXfer:features:read:target.xml:0,ffff");
    assertTrue(description.startsWith("l<?xml"), description);
    int bits = 0;
    for (String register : description.split("<reg ")) {
      if (register.startsWith("name=")) {
        bits += Integer.parseInt(register.replaceAll("(?s).*?bitsize=\"(\\d+)\".*", "$1"));
      }
    }
    assertEquals(bits / 4, ask("g").length(), "two digits a byte of all that is described");
  }

  @Test
  void allRegistersThatMayChangeAreWrittenAtOnce() {
    String before = ask("g");
    assertEquals("OK", ask("G" + "2a" + before.substring(2)));
    assertEquals(0x2A, machine.s.r[0] & 0xFF);
    assertEquals(Session.BAD, ask("G00"));
  }

  @Test
  void memoryIsReadByThePageTablesAndLeavesNoTrace() {
    machine.memory.write(TestMachine.DATA, 8, 0x0807060504030201L);
    assertEquals("0102030405060708", ask("m60000,8"));
    assertEquals("OK", ask("M60002,2:aabb"));
    assertEquals("0102aabb05060708", ask("m60000,8"));
    assertEquals(0, machine.cpu.mmu.tlb().entries().size());
    assertEquals(7, machine.memory.read(TestMachine.PT + 0x60 * 8, 8) & 0xFFF, "no A bit");
    machine.memory.write(TestMachine.PT + 0x61 * 8, 8, 0);
    assertEquals("0000", ask("m60ffe,4"), "as much as there is");
    assertEquals(Session.NO_MEMORY, ask("m61000,4"));
    assertEquals(Session.NO_MEMORY, ask("M60ffe,4:11223344"), "all or nothing");
    assertEquals(0, machine.memory.read(0x60FFE, 2));
    assertEquals("OK", ask("Qqemu.PhyMemMode:1"));
    assertEquals("00000000", ask("m61000,4"));
  }

  @Test
  void threadsAreVcpus() {
    assertEquals("m1,2,3", ask("qfThreadInfo"));
    assertEquals("l", ask("qsThreadInfo"));
    assertEquals("OK", ask("T3"));
    assertEquals(Session.BAD, ask("T4"));
    assertEquals("OK", ask("Hg2"));
    machine.cpus.get(1).s.r[0] = 5;
    assertEquals("0500000000000000", ask("p0"));
    assertEquals("T05thread:3;", session.stopped(machine.cpus.get(2), 5, ""));
    assertEquals("T05thread:3;", ask("?"));
    assertEquals("QC3", ask("qC"));
    assertEquals(Session.Go.STEP, session.packet("vCont;s:2;c"));
    assertSame(machine.cpus.get(1), session.stepped());
    assertEquals(Session.Go.CONTINUE, session.packet("vCont;c"));
  }

  @Test
  void stopPointsComeAndGo() {
    assertEquals("OK", ask("Z0,10005,1"));
    assertTrue(session.stopPoints.at(0x10005));
    assertEquals("OK", ask("z0,10005,1"));
    assertFalse(session.stopPoints.at(0x10005));
    assertEquals("OK", ask("Z2,60010,4"));
    machine.cpu.mmu.load64(0x60010);
    assertFalse(machine.s.breakpoints.met, "a load of what is watched for stores");
    machine.cpu.mmu.store8(0x60014, 1);
    assertFalse(machine.s.breakpoints.met, "a store behind it");
    machine.cpu.mmu.store64(0x6000C, 1);
    assertTrue(machine.s.breakpoints.met);
    assertEquals(0x60010, machine.s.breakpoints.metAt);
    assertEquals("watch", session.stopPoints.kind(0x60010));
    assertEquals("OK", ask("z2,60010,4"));
    machine.s.breakpoints.met = false;
    machine.cpu.mmu.store64(0x60010, 1);
    assertFalse(machine.s.breakpoints.met);
    assertEquals(Session.BAD, ask("Z2,60010,0"));
  }

  @Test
  void monitorShowsTlbsAndWhatPluginsOffer() {
    machine.cpu.mmu.load64(TestMachine.DATA);
    String tlb = new String(HexFormat.of().parseHex(ask("qRcmd," + hex("tlb"))));
    assertTrue(tlb.contains("L1_DATA  0000000000060000 000000060000    4K    0 wux-"), tlb);
    assertEquals(hex("two\n"), ask("qRcmd," + hex("shootdowns")));
    assertTrue(new String(HexFormat.of().parseHex(ask("qRcmd," + hex("x")))).contains("tlb [CPU]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p",
        "pffff",
        "P0",
        "P0=zz",
        "P0=00",
        "m",
        "mzz,1",
        "m0",
        "M0,1",
        "M0,2:00",
        "Hgzz",
        "H",
        "Tx",
        "vCont;x",
        "qRcmd,1",
        "G0",
        "qThreadExtraInfo,",
        "m0,fffffffffffffffff"
      })
  void whatIsBadIsAnError(String packet) {
    String answer = ask(packet);
    assertTrue(answer.startsWith("E"), packet + " is answered by " + answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Zz", "Z5,0,1", "vMustReplyEmpty", "qSymbol::", "X0,0:", "jx", "!"})
  void whatIsUnknownIsAnsweredByNothing(String packet) {
    assertEquals("", ask(packet));
  }
}
