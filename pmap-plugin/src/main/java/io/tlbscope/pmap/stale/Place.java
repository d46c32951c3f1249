package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where and when a vCPU did something. */
record Place(int cpu, long rip, long time) {
  static Place of(Vcpu cpu) {
    return new Place(cpu.index(), cpu.rip(), cpu.now());
  }

  /** As in "CPU 0 in unmap_page+0x12". */
  String text(Findings findings) {
    String symbol = findings.symbol(rip);
    return "CPU " + cpu + (symbol.isEmpty() ? " at 0x" + Long.toHexString(rip) : " in " + symbol);
  }

  Map<String, Object> details(Findings findings) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("cpu", cpu);
    map.put("rip", "0x" + Long.toHexString(rip));
    map.put("symbol", findings.symbol(rip));
    map.put("time", time);
    return map;
  }

  void save(StateWriter to) {
    to.putInt(cpu);
    to.putLong(rip);
    to.putLong(time);
  }

  static Place load(StateReader from) {
    return new Place(from.getInt(), from.getLong(), from.getLong());
  }
}
