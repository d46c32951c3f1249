package io.tlbscope.tools.perfetto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.UnknownFieldSet;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.tools.FindingTrace;
import io.tlbscope.tools.SyntheticTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decodes the trace with protobuf's own library, by Perfetto's field numbers. */
class PerfettoTraceTest {
  private static final int CPUS = 4;
  @TempDir static Path folder;
  private static final List<TraceEvent> EVENTS = new ArrayList<>();
  private static final List<UnknownFieldSet> PACKETS = new ArrayList<>();

  @BeforeAll
  static void make() throws IOException {
    Path trace = SyntheticTrace.write(folder.resolve("t"), CPUS, 200, 3, true);
    SyntheticTrace.play(CPUS, 200, 3, true, EVENTS::add);
    PerfettoTrace.write(trace, folder.resolve("p"));
    for (var bytes :
        UnknownFieldSet.parseFrom(Files.readAllBytes(folder.resolve("p")))
            .getField(1)
            .getLengthDelimitedList()) {
      PACKETS.add(UnknownFieldSet.parseFrom(bytes));
    }
  }

  private static UnknownFieldSet message(UnknownFieldSet in, int field) throws IOException {
    return UnknownFieldSet.parseFrom(in.getField(field).getLengthDelimitedList().getFirst());
  }

  private static List<UnknownFieldSet> trackEvents(int type) throws IOException {
    List<UnknownFieldSet> found = new ArrayList<>();
    for (UnknownFieldSet packet : PACKETS) {
      if (packet.hasField(11)
          && message(packet, 11).getField(9).getVarintList().getFirst() == type) {
        found.add(message(packet, 11));
      }
    }
    return found;
  }

  private static long count(TraceKind kind) {
    return EVENTS.stream().filter(event -> event.kind() == kind).count();
  }

  @Test
  void everyCpuHasItsThreeTracksBelowOneProcess() throws IOException {
    List<String> names = new ArrayList<>();
    for (UnknownFieldSet packet : PACKETS) {
      if (packet.hasField(60) && message(packet, 60).hasField(2)) {
        names.add(
            message(packet, 60).getField(2).getLengthDelimitedList().getFirst().toStringUtf8());
        assertEquals(1, message(packet, 60).getField(5).getVarintList().getFirst());
      }
    }
    assertEquals(3 * CPUS, names.size());
    assertTrue(
        names.containsAll(List.of("CPU 0 initiates", "CPU 3 serves", "CPU 2 TLB entries")),
        names::toString);
  }

  @Test
  void everyPacketIsOfTheOneSequence() {
    PACKETS.forEach(packet -> assertEquals(List.of(1L), packet.getField(10).getVarintList()));
  }

  @Test
  void slicesNestAndAllAreEnded() throws IOException {
    Map<Long, Deque<Long>> open = new HashMap<>();
    long begun = 0;
    for (UnknownFieldSet packet : PACKETS) {
      if (!packet.hasField(11)) {
        continue;
      }
      UnknownFieldSet event = message(packet, 11);
      long type = event.getField(9).getVarintList().getFirst();
      Deque<Long> stack =
          open.computeIfAbsent(
              event.getField(11).getVarintList().getFirst(), track -> new ArrayDeque<>());
      long time = packet.getField(8).getVarintList().getFirst();
      if (type == PacketWriter.SLICE_BEGIN) {
        stack.push(time);
        begun++;
      } else if (type == PacketWriter.SLICE_END) {
        assertTrue(stack.pop() <= time);
      }
    }
    assertTrue(open.values().stream().allMatch(Deque::isEmpty));
    long handlers = EVENTS.stream().filter(PerfettoTraceTest::takenForARequest).count();
    assertTrue(begun > count(TraceKind.SHOOTDOWN_BEGIN) + handlers, begun + " slices");
  }

  private static boolean takenForARequest(TraceEvent event) {
    return event.kind() == TraceKind.INTERRUPT_TAKEN
        && EVENTS.get(EVENTS.indexOf(event) + 1).kind() == TraceKind.SHOOTDOWN_TAKEN;
  }

  @Test
  void aFlowLeadsFromEachIcrWriteToEachAcknowledgement() throws IOException {
    Set<Long> begun = new HashSet<>();
    int ended = 0;
    for (UnknownFieldSet instant : trackEvents(PacketWriter.INSTANT)) {
      begun.addAll(instant.getField(47).getFixed64List());
      for (long flow : instant.getField(48).getFixed64List()) {
        assertTrue(begun.contains(flow), "a flow ends that never began");
        ended++;
      }
    }
    assertTrue(begun.size() > 400, () -> begun.size() + " flows");
    assertTrue(
        ended <= begun.size() && ended > begun.size() * 3 / 5, ended + " of " + begun.size());
  }

  @Test
  void theCounterFollowsTheTlb() throws IOException {
    assertEquals(
        count(TraceKind.TLB_FILL) + count(TraceKind.TLB_DROP) + count(TraceKind.TLB_EVICT),
        trackEvents(PacketWriter.COUNTER).size());
    long last = -1;
    long entries = 0;
    for (TraceEvent event : EVENTS) {
      if (event.cpu() == 1) {
        entries += event.kind() == TraceKind.TLB_FILL ? 1 : 0;
        entries -=
            event.kind() == TraceKind.TLB_DROP || event.kind() == TraceKind.TLB_EVICT ? 1 : 0;
      }
    }
    for (UnknownFieldSet counter : trackEvents(PacketWriter.COUNTER)) {
      if (counter.getField(11).getVarintList().getFirst() == 0x3001) {
        last = counter.getField(30).getVarintList().getFirst();
      }
    }
    assertEquals(entries, last);
  }

  @Test
  void aFlowLeadsFromTheStoreThatMakesAnEntryStaleToItsUse() throws IOException {
    Path trace = FindingTrace.write(folder.resolve("f"), FindingTrace.violations());
    PerfettoTrace.write(trace, folder.resolve("stale"));
    Map<String, List<Long>> begun = new HashMap<>();
    Map<String, List<Long>> ended = new HashMap<>();
    for (var bytes :
        UnknownFieldSet.parseFrom(Files.readAllBytes(folder.resolve("stale")))
            .getField(1)
            .getLengthDelimitedList()) {
      UnknownFieldSet packet = UnknownFieldSet.parseFrom(bytes);
      if (packet.hasField(11) && message(packet, 11).hasField(23)) {
        UnknownFieldSet event = message(packet, 11);
        String name = event.getField(23).getLengthDelimitedList().getFirst().toStringUtf8();
        begun.put(name, event.getField(47).getFixed64List());
        ended.put(name, event.getField(48).getFixed64List());
      }
    }
    assertEquals(1, begun.get("entry 41 of CPU 2 made stale").size(), begun::toString);
    assertEquals(begun.get("entry 41 of CPU 2 made stale"), ended.get("stale entry 41 used"));
  }
}
