package io.tlbscope.core.translate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Class files to objects: hidden classes, which the collector frees with their last region. */
final class RegionLoader {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private RegionLoader() {}

  static RegionCode load(RegionWriter.Result written) {
    try {
      MethodHandles.Lookup made =
          LOOKUP.defineHiddenClassWithClassData(written.bytes(), written.constants(), true);
      return (RegionCode)
          made.findConstructor(made.lookupClass(), MethodType.methodType(void.class))
              .asType(MethodType.methodType(RegionCode.class))
              .invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("a translated region cannot be loaded", e);
    }
  }
}
