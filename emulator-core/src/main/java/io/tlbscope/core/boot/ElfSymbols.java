package io.tlbscope.core.boot;

import io.tlbscope.core.plugin.PluginContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Symbols of an ELF image. Where names repeat, a global symbol wins over local ones, then the
 * first.
 */
final class ElfSymbols implements PluginContext.Symbols {
  /** STT_SECTION, STT_FILE and STT_TLS name no address of the guest. */
  private static final int SECTION = 3, FILE = 4, TLS = 6;

  /** An address further than this behind a symbol is not in it. */
  private static final long REACH = 1 << 20;

  private final Map<String, ElfImage.Symbol> byName = new HashMap<>();
  private final TreeMap<Long, ElfImage.Symbol> byAddress = new TreeMap<>(Long::compareUnsigned);

  ElfSymbols(List<ElfImage.Symbol> symbols) {
    for (ElfImage.Symbol symbol : symbols) {
      if (symbol.type() == SECTION || symbol.type() == FILE || symbol.type() == TLS) {
        continue;
      }
      byName.merge(symbol.name(), symbol, (a, b) -> b.global() && !a.global() ? b : a);
      if (!symbol.absolute()) {
        byAddress.merge(symbol.value(), symbol, ElfSymbols::better);
      }
    }
  }

  /**
   * Of two names for one address: typed before untyped, then global before local, then the first.
   */
  private static ElfImage.Symbol better(ElfImage.Symbol a, ElfImage.Symbol b) {
    if ((a.type() != 0) != (b.type() != 0)) {
      return a.type() != 0 ? a : b;
    }
    return b.global() && !a.global() ? b : a;
  }

  @Override
  public Optional<Long> address(String name) {
    return Optional.ofNullable(byName.get(name)).map(ElfImage.Symbol::value);
  }

  @Override
  public long size(String name) {
    ElfImage.Symbol symbol = byName.get(name);
    return symbol == null ? 0 : symbol.size();
  }

  @Override
  public String at(long va) {
    Map.Entry<Long, ElfImage.Symbol> entry = byAddress.floorEntry(va);
    if (entry == null) {
      return "";
    }
    long offset = va - entry.getKey();
    ElfImage.Symbol symbol = entry.getValue();
    if (Long.compareUnsigned(offset, Math.max(REACH, symbol.size())) >= 0) {
      return "";
    }
    return offset == 0 ? symbol.name() : symbol.name() + "+0x" + Long.toHexString(offset);
  }
}
