package io.tlbscope.apic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ErrorStatusTest {
  private final Rig rig = Rig.enabled(2);
  private final LocalApic apic = rig.apic(0);

  private int latched() {
    apic.writePage(Rig.ESR, 0);
    return apic.readPage(Rig.ESR);
  }

  @Test
  void errorsShowOnlyAfterAWrite() {
    rig.icr(0, 1, 0x4005);
    assertEquals(0, apic.readPage(Rig.ESR));
    assertEquals(ErrorStatus.SEND_ILLEGAL_VECTOR, latched());
    assertEquals(0, latched());
  }

  @Test
  void illegalVectorsAreNotSent() {
    rig.icr(0, 1, 0x4005);
    rig.icr(0, 1, 0x410F);
    assertTrue(rig.sent.isEmpty());
  }

  @Test
  void nmiHasNoVectorToCheck() {
    rig.icr(0, 1, 0x4400);
    assertEquals(0, latched());
    assertEquals(1, rig.count(1, "nmi"));
  }

  @Test
  void receivedIllegalVectorsNeverReachTheIrr() {
    assertFalse(apic.accept(15, false, null));
    assertEquals(ErrorStatus.RECEIVE_ILLEGAL_VECTOR, latched());
    assertEquals(0, apic.readPage(0x200));
  }

  @Test
  void aLocalEntryWithAnIllegalVectorIsAReceiveError() {
    apic.writePage(Rig.LVT_LINT1, 3);
    apic.local(Lvt.LINT1);
    assertEquals(ErrorStatus.RECEIVE_ILLEGAL_VECTOR, latched());
  }

  @Test
  void reservedRegistersAreAnError() {
    apic.writePage(0x3A0, 1);
    apic.readPage(0x2F0);
    assertEquals(ErrorStatus.ILLEGAL_REGISTER, latched());
  }

  @Test
  void theErrorInterruptComesOnceUntilArmedAgain() {
    apic.writePage(Rig.LVT_ERROR, 0xE0);
    apic.readPage(0x000);
    apic.readPage(0x000);
    rig.icr(0, 1, 0x4001);
    assertEquals(1, rig.count(0, "accepted 224 from device"));
    apic.acknowledge();
    assertEquals(ErrorStatus.ILLEGAL_REGISTER | ErrorStatus.SEND_ILLEGAL_VECTOR, latched());
    apic.readPage(0x000);
    assertEquals(2, rig.count(0, "accepted 224 from device"));
  }

  @Test
  void selfIpiWithAnIllegalVectorIsASendError() {
    Rig x2 = Rig.x2(1);
    assertTrue(x2.apic(0).writeMsr(0x3F, 7));
    assertTrue(x2.apic(0).writeMsr(0x28, 0));
    assertEquals(ErrorStatus.SEND_ILLEGAL_VECTOR, x2.value(0, Rig.ESR));
  }

  @Test
  void anErrorEntryWithAnIllegalVectorDoesNotRecurse() {
    apic.writePage(Rig.LVT_ERROR, 5);
    apic.readPage(0x000);
    assertEquals(ErrorStatus.ILLEGAL_REGISTER | ErrorStatus.RECEIVE_ILLEGAL_VECTOR, latched());
  }
}
